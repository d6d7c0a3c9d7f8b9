import type { AttributeSet } from '../attributes.ts';
import type { SpanContent, SpanMessage } from './span-content.ts';

/** The same under the names of the GenAI conventions: lists are JSON text. */
export function putGenAiContent(set: AttributeSet, content: SpanContent): void {
  const { messages, tools, answer, finishReason } = content;
  const instructions = messages.filter(({ role }) => role === 'system');
  const rest = messages.filter(({ role }) => role !== 'system');
  if (instructions.length > 0)
    set.put('gen_ai.system_instructions', JSON.stringify(instructions.flatMap(partsOf)));
  if (rest.length > 0) set.put('gen_ai.input.messages', JSON.stringify(rest.map(messageOf)));
  if (tools.length > 0)
    set.put('gen_ai.tool.definitions', `[${tools.map(({ definition }) => definition).join(',')}]`);
  if (answer !== undefined) {
    const said = { ...messageOf(answer), finish_reason: finishReason ?? 'stop' };
    set.put('gen_ai.output.messages', JSON.stringify([said]));
  }
}

function messageOf(message: SpanMessage): object {
  return { role: message.role, parts: partsOf(message) };
}

function partsOf({ text, reasoning, calls, callId }: SpanMessage): object[] {
  if (callId !== undefined) return [{ type: 'tool_call_response', id: callId, response: text }];
  return [
    ...(reasoning === undefined ? [] : [{ type: 'reasoning', content: reasoning }]),
    ...(text === '' ? [] : [{ type: 'text', content: text }]),
    ...calls.map((call) => ({ type: 'tool_call', id: call.id, name: call.name, arguments: call.arguments })),
  ];
}

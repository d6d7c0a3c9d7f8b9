import type { AttributeSet } from '../attributes.ts';
import type { SpanContent, SpanMessage } from './span-content.ts';

/** Messages, tools and the answer under the names of OpenInference: lists are spread over numbered names. */
export function putOpenInferenceContent(set: AttributeSet, content: SpanContent): void {
  const { messages, tools, answer } = content;
  messages.forEach((message, index) => putMessage(set, `llm.input_messages.${index}`, message));
  tools.forEach(({ definition }, index) => set.put(`llm.tools.${index}.tool.json_schema`, definition));
  // Clients put reminders of their own behind what was said.
  const last = messages.findLast(({ role }) => role === 'user' || role === 'tool');
  if (last !== undefined) set.put('input.value', summaryOf(last)).put('input.mime_type', 'text/plain');
  if (answer === undefined) return;
  putMessage(set, 'llm.output_messages.0', answer);
  set.put('output.value', summaryOf(answer)).put('output.mime_type', 'text/plain');
}

function putMessage(set: AttributeSet, prefix: string, message: SpanMessage): void {
  const name = `${prefix}.message`;
  set
    .put(`${name}.role`, message.role)
    .put(`${name}.content`, message.text === '' ? undefined : message.text)
    .put(`${name}.tool_call_id`, message.callId)
    .put(`${name}.reasoning`, message.reasoning);
  message.calls.forEach((call, index) => {
    const place = `${name}.tool_calls.${index}.tool_call`;
    set
      .put(`${place}.id`, call.id)
      .put(`${place}.function.name`, call.name)
      .put(`${place}.function.arguments`, call.arguments);
  });
}

/** What a list of spans shows of a message. */
function summaryOf({ text, calls }: SpanMessage): string {
  const called = calls.map((call) => `${call.name}(${call.arguments})`);
  return [text, ...called].filter((part) => part !== '').join('\n');
}

import type { Message } from '../../domain/conversation.ts';
import type { Part, ToolCallPart, ToolResultPart } from '../../domain/message-part.ts';
import type { WarningList } from '../../domain/warning.ts';

/**
 * Makes every assistant turn with calls be followed by a user message that begins with exactly one result per call,
 * in the order of the calls. Clients send results in the order of completion, twice, or (after an abort) not at all;
 * providers refuse all of that.
 */
export function repairToolResults(messages: readonly Message[], warnings: WarningList): readonly Message[] {
  const repaired: Message[] = [];
  let index = 0;
  while (index < messages.length) {
    const message = messages[index];
    if (message === undefined) break;
    const end = message.role === 'assistant' ? nextAssistant(messages, index + 1) : index + 1;
    const following = message.role === 'assistant' ? messages.slice(index + 1, end) : [message];
    if (message.role === 'assistant') repaired.push(message);
    repaired.push(...answerCalls(callsOf(message), following, warnings));
    index = end;
  }
  return repaired;
}

function nextAssistant(messages: readonly Message[], from: number): number {
  const found = messages.findIndex((message, index) => index >= from && message.role === 'assistant');
  return found === -1 ? messages.length : found;
}

function callsOf(message: Message): readonly ToolCallPart[] {
  return message.role === 'assistant' ? message.parts.filter((part) => part.type === 'tool-call') : [];
}

function answerCalls(
  calls: readonly ToolCallPart[],
  following: readonly Message[],
  warnings: WarningList,
): Message[] {
  const results = collectResults(following, warnings);
  const head = calls.map((call) => results.get(call.id) ?? missingResult(call, warnings));
  const known = new Set(calls.map((call) => call.id));
  const rest = following.map((message) => withoutResults(message, known, warnings));
  if (head.length === 0) return rest.filter((message) => message.parts.length > 0);
  const first = rest.findIndex((message) => message.role === 'user');
  const user = first === -1 ? undefined : rest[first];
  // Results come before anything else, also before instructions that stood in between.
  const answers = { role: 'user', parts: [...head, ...(first === 0 ? (user?.parts ?? []) : [])] } as const;
  const others = first === 0 ? rest.slice(1) : rest;
  return [answers, ...others.filter((message) => message.parts.length > 0)];
}

function collectResults(messages: readonly Message[], warnings: WarningList): Map<string, ToolResultPart> {
  const results = new Map<string, ToolResultPart>();
  for (const part of messages.flatMap((message) => message.parts)) {
    if (part.type !== 'tool-result') continue;
    if (results.has(part.callId))
      warnings.add(
        'tool_result_repaired',
        `tool_result ${part.callId}`,
        'Two results for one call: the last one counts.',
      );
    results.set(part.callId, part);
  }
  return results;
}

function missingResult(call: ToolCallPart, warnings: WarningList): ToolResultPart {
  warnings.add(
    'tool_result_repaired',
    `tool_use ${call.id}`,
    `The call of ${call.name} has no result: the model is told so.`,
  );
  return {
    type: 'tool-result',
    callId: call.id,
    content: [{ type: 'text', text: 'No result was recorded for this call.' }],
    isError: true,
  };
}

function withoutResults(message: Message, known: ReadonlySet<string>, warnings: WarningList): Message {
  if (!message.parts.some((part) => part.type === 'tool-result')) return message;
  const parts: Part[] = [];
  for (const part of message.parts) {
    if (part.type !== 'tool-result') parts.push(part);
    else if (!known.has(part.callId)) parts.push(...orphanAsText(part, warnings));
  }
  return { role: message.role, parts };
}

function orphanAsText(part: ToolResultPart, warnings: WarningList): Part[] {
  warnings.add(
    'tool_result_repaired',
    `tool_result ${part.callId}`,
    'A result without its call is told to the model as text.',
  );
  const content = part.content.filter((item) => item.type !== 'tool-reference');
  return [{ type: 'text', text: `[Result of an earlier tool call ${part.callId}]` }, ...content];
}

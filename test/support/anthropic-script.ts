/** The Anthropic Messages side of the scripted upstream: reads a conversation, writes an answer. */
import type { Conversation, Saying } from './agent-brain.ts';
import { textIn } from './agent-brain.ts';
import type { JsonObject } from './recorded-request.ts';
import { asList, asObject } from './recorded-request.ts';
import type { BilledTokens } from './reply.ts';
import { sseEvent } from './reply.ts';

export function readAnthropic(body: JsonObject): Conversation {
  let results: string[] = [];
  let callsMade = 0;
  for (const message of asList(body['messages']).map(asObject)) {
    const blocks = asList(message['content']).map(asObject);
    callsMade += blocks.filter((block) => block['type'] === 'tool_use').length;
    const answered = blocks.filter((block) => block['type'] === 'tool_result');
    results = [...results, ...answered.map((block) => textIn(block['content']))];
  }
  const tools = asList(body['tools'])
    .map(asObject)
    .map((tool) => ({ name: String(tool['name']), schema: asObject(tool['input_schema']) }));
  return { tools, results, callsMade };
}

export interface Answered {
  readonly model: string;
  readonly id: string;
  readonly saying: Saying;
  readonly billed: BilledTokens;
}

function usageOf({ billed }: Answered): JsonObject {
  return {
    input_tokens: billed.input,
    cache_creation_input_tokens: billed.cacheWrite,
    cache_read_input_tokens: billed.cacheRead,
    output_tokens: billed.output,
  };
}

function blockOf({ id, saying }: Answered): JsonObject {
  return saying.kind === 'text'
    ? { type: 'text', text: saying.text }
    : { type: 'tool_use', id: `toolu_${id}`, name: saying.tool, input: saying.input };
}

function stopReasonOf({ saying }: Answered): string {
  return saying.kind === 'text' ? 'end_turn' : 'tool_use';
}

/** The answer as one Message object. */
export function anthropicMessage(answered: Answered): JsonObject {
  return {
    id: `msg_${answered.id}`,
    type: 'message',
    role: 'assistant',
    model: answered.model,
    content: [blockOf(answered)],
    stop_reason: stopReasonOf(answered),
    stop_sequence: null,
    usage: usageOf(answered),
  };
}

/** The answer as a stream of events, from `message_start` to `message_stop`. */
export function anthropicEvents(answered: Answered): string[] {
  const { saying } = answered;
  const start = {
    ...anthropicMessage(answered),
    content: [],
    stop_reason: null,
    usage: { ...usageOf(answered), output_tokens: 1 },
  };
  const opened = saying.kind === 'text' ? { type: 'text', text: '' } : { ...blockOf(answered), input: {} };
  const deltas = fragments(saying.kind === 'text' ? saying.text : JSON.stringify(saying.input)).map((piece) =>
    saying.kind === 'text'
      ? { type: 'text_delta', text: piece }
      : { type: 'input_json_delta', partial_json: piece },
  );
  return [
    named('message_start', { message: start }),
    named('content_block_start', { index: 0, content_block: opened }),
    named('ping', {}),
    ...deltas.map((delta) => named('content_block_delta', { index: 0, delta })),
    named('content_block_stop', { index: 0 }),
    named('message_delta', {
      delta: { stop_reason: stopReasonOf(answered), stop_sequence: null },
      usage: usageOf(answered),
    }),
    named('message_stop', {}),
  ];
}

/** One event of the Anthropic stream. */
export function named(type: string, fields: JsonObject): string {
  return sseEvent({ type, ...fields }, type);
}

/** Cuts text into pieces of at most 12 UTF-16 units without tearing a surrogate pair. */
export function fragments(text: string): string[] {
  return text.match(/[\s\S]{1,12}/gu) ?? [''];
}

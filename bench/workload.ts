/** The work every figure is measured on: a request as a coding agent sends it, and a streamed answer. */

/** The request's size in bytes: what Claude Code sends in the middle of a session. */
export const REQUEST_BYTES = 74_000;
export const EVENT_COUNT = 205;
const ANSWER_BYTES = 27_000;

/** A Messages request with a system prompt, twelve tools and a conversation with tool results. */
export function requestBody(model = 'claude-sonnet-5-5'): Buffer {
  const turns = Array.from({ length: 14 }, (_, index) => turn(index)).flat();
  const request = {
    model,
    max_tokens: 32_000,
    stream: true,
    thinking: { type: 'adaptive' },
    output_config: { effort: 'medium' },
    metadata: { user_id: JSON.stringify({ device_id: 'd'.repeat(64), session_id: 'bench' }) },
    system: [
      { type: 'text', text: prose('You are an agent that edits code.', 9_000), cache_control: CACHED },
    ],
    tools: Array.from({ length: 12 }, (_, index) => tool(index)),
    messages: [...turns, { role: 'user', content: [{ type: 'text', text: '' }] }],
  };
  const missing = REQUEST_BYTES - Buffer.byteLength(JSON.stringify(request));
  const filler = { type: 'text', text: prose('Go on.', missing - 2) };
  request.messages.splice(-1, 1, { role: 'user', content: [filler] });
  return Buffer.from(JSON.stringify(request));
}

const CACHED = { type: 'ephemeral' };

/** Plain words with the escapes that real prompts are full of: quotes, newlines, a non-ASCII letter. */
function prose(beginning: string, length: number): string {
  const sentence = ' Read the "file" first,\nthen change as little as it takes – and run the tests. ';
  // The en dash takes three bytes and the escapes two, so the text is cut by its length as JSON.
  let text = beginning;
  while (jsonBytes(text) < length) text += sentence;
  while (jsonBytes(text) > length) text = text.slice(0, -1);
  return text;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function tool(index: number): object {
  return {
    name: `Tool${index}`,
    description: prose(`Does thing ${index}.`, 1_800),
    input_schema: {
      type: 'object',
      properties: { command: { type: 'string', description: prose('What to run.', 200) } },
      required: ['command'],
    },
  };
}

function turn(index: number): object[] {
  const id = `toolu_bench${index}`;
  return [
    {
      role: 'assistant',
      content: [
        { type: 'text', text: `Step ${index}.` },
        { type: 'tool_use', id, name: 'Tool1', input: { command: `sed -n ${index}p "a file"` } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id, content: prose('export function f() {', 2_000) }],
    },
  ];
}

/** The events of one streamed answer: `EVENT_COUNT` of them, `ANSWER_BYTES` in all. */
export function answerEvents(): Buffer[] {
  const deltas = EVENT_COUNT - 5;
  const start = event('message_start', {
    message: {
      id: 'msg_bench',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 18_000, output_tokens: 1, cache_read_input_tokens: 17_000 },
    },
  });
  const opened = event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  const tail = [
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: deltas },
    }),
    event('message_stop', {}),
  ];
  const fixed = [start, opened, ...tail].reduce((sum, piece) => sum + piece.length, 0);
  const textBytes = Math.round((ANSWER_BYTES - fixed) / deltas) - deltaEvent('').length;
  return [start, opened, ...Array.from({ length: deltas }, () => deltaEvent('t'.repeat(textBytes))), ...tail];
}

/** The first request of a session with a bare client: no tools, no history. */
export function smallRequestBody(): Buffer {
  const messages = [{ role: 'user', content: prose('Say hello.', 800) }];
  return Buffer.from(
    JSON.stringify({ model: 'claude-sonnet-5-5', max_tokens: 1_000, stream: true, messages }),
  );
}

/** One content event, as it is repeated in paced streams. */
export function deltaEvent(text = 'some words'): Buffer {
  return event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
}

function event(type: string, fields: object): Buffer {
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
}

/** One HTTP chunk around a piece. */
export function httpChunk(piece: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
}

/** A POST of the request, ready for a socket. */
export function requestBytes(url: string, body = requestBody()): Buffer {
  const head = [
    'POST /v1/messages HTTP/1.1',
    `Host: ${new URL(url).host}`,
    'Content-Type: application/json',
    'anthropic-version: 2023-06-01',
    'x-api-key: bench',
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** The same answer as a Chat provider streams it: as many events, about as many bytes. */
export function chatAnswerEvents(): Buffer[] {
  const deltas = EVENT_COUNT - 4;
  const frame = (choices: object[], more: object = {}): Buffer => {
    const head = {
      id: 'chatcmpl-bench',
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model: 'bench',
    };
    return Buffer.from(`data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`);
  };
  const choice = (delta: object, finish: string | null = null): object[] => [
    { index: 0, delta, finish_reason: finish },
  ];
  const usage = {
    prompt_tokens: 18_000,
    completion_tokens: deltas,
    total_tokens: 18_000 + deltas,
    prompt_tokens_details: { cached_tokens: 17_000 },
  };
  return [
    frame(choice({ role: 'assistant', content: '' })),
    ...Array.from({ length: deltas }, () => frame(choice({ content: 'some' }))),
    frame(choice({}, 'stop')),
    frame([], { usage }),
    Buffer.from('data: [DONE]\n\n'),
  ];
}

/**
 * Answers for a scripted upstream: the agent's brain in three dialects, plain errors, and decorators that turn
 * any answer into a slow, held, compressed or broken one.
 */
import { gzipSync } from 'node:zlib';
import { assertNever } from '../../src/lib/assert-never.ts';
import type { Conversation, Saying } from './agent-brain.ts';
import { decide } from './agent-brain.ts';
import type { Answered } from './anthropic-script.ts';
import { anthropicEvents, anthropicMessage, readAnthropic } from './anthropic-script.ts';
import { chatCompletion, chatEvents, readChat } from './chat-script.ts';
import { geminiChunks, geminiResponse, readGemini } from './gemini-script.ts';
import type { JsonObject, RecordedRequest } from './recorded-request.ts';
import { asObject, jsonOf, pathOf } from './recorded-request.ts';
import type { Answer, BilledTokens, CutKind, Reply } from './reply.ts';
import { jsonReply, rawReply, sseEvent, streamReply } from './reply.ts';
import { readResponses, responseEvents, responseObject } from './responses-script.ts';

export type Dialect = 'anthropic' | 'chat' | 'responses' | 'gemini';

/** The dialect of a request by its path; everything unknown counts as Anthropic. */
export function dialectOf(request: Pick<RecordedRequest, 'target'>): Dialect {
  const path = pathOf(request);
  if (path.endsWith('/chat/completions')) return 'chat';
  if (path.endsWith('/responses')) return 'responses';
  if (path.includes(':')) return 'gemini';
  return 'anthropic';
}

/** The default answer: an agent-like model, token counting, a model list, and 404 for everything else. */
export const agent: Answer = (request) => {
  const path = pathOf(request);
  if (path.endsWith('/count_tokens')) return jsonReply(200, { input_tokens: inputTokensOf(request) });
  if (path.endsWith('/models') && request.method === 'GET') return modelList();
  if (request.method === 'HEAD') return jsonReply(200, {});
  if (
    request.method === 'POST' &&
    /\/(messages|chat\/completions|responses|models\/[^/]+:(streamGenerateContent|generateContent))$/.test(
      path,
    )
  ) {
    return say((conversation) => decide(conversation))(request);
  }
  return jsonReply(404, { type: 'error', error: { type: 'not_found_error', message: `no path ${path}` } });
};

/** Answers every generation request with this text, in its own dialect, streaming where it asks for it. */
export function text(content: string, billed: Partial<BilledTokens> = {}): Answer {
  return say(() => ({ kind: 'text', text: content }), billed);
}

/** Answers with a call of this tool. */
export function toolCall(tool: string, input: JsonObject): Answer {
  return say(() => ({ kind: 'call', tool, input }));
}

function say(
  choose: (conversation: Conversation) => Saying,
  billed: Partial<BilledTokens> = {},
): (request: RecordedRequest) => Reply {
  return (request) => {
    const body = jsonOf(request);
    const saying = choose(conversationOf(request, body));
    const truth = { ...defaultBill(request, saying), ...billed };
    const model = typeof body['model'] === 'string' ? body['model'] : modelInPath(request);
    return render(request, { model, id: `scripted${request.number}`, saying, billed: truth });
  };
}

function conversationOf(request: RecordedRequest, body: JsonObject): Conversation {
  const dialect = dialectOf(request);
  switch (dialect) {
    case 'anthropic':
      return readAnthropic(body);
    case 'chat':
      return readChat(body);
    case 'responses':
      return readResponses(body);
    case 'gemini':
      return readGemini(body);
    default:
      return assertNever(dialect);
  }
}

function render(request: RecordedRequest, answered: Answered): Reply {
  const body = jsonOf(request);
  const streamed = body['stream'] === true;
  const includeUsage = asObject(body['stream_options'])['include_usage'] === true ? 'usage' : 'no usage';
  const dialect = dialectOf(request);
  switch (dialect) {
    case 'anthropic':
      return streamed
        ? streamReply(anthropicEvents(answered), answered.billed)
        : whole(anthropicMessage(answered), answered);
    case 'chat':
      return streamed
        ? streamReply(chatEvents(answered, includeUsage), answered.billed)
        : whole(chatCompletion(answered), answered);
    case 'responses':
      return streamed
        ? streamReply(responseEvents(answered), answered.billed)
        : whole(responseObject(answered), answered);
    case 'gemini':
      return pathOf(request).endsWith(':streamGenerateContent')
        ? streamReply(
            geminiChunks(answered).map((chunk) => sseEvent(chunk)),
            answered.billed,
          )
        : whole(geminiResponse(answered), answered);
    default:
      return assertNever(dialect);
  }
}

function whole(body: JsonObject, { billed, id }: Answered): Reply {
  return { ...jsonReply(200, body, [['request-id', `req_${id}`]]), billed };
}

function inputTokensOf(request: RecordedRequest): number {
  return Math.ceil(request.body.length / 4);
}

function defaultBill(request: RecordedRequest, saying: Saying): BilledTokens {
  const said = saying.kind === 'text' ? saying.text : JSON.stringify(saying.input);
  return {
    input: inputTokensOf(request),
    output: Math.ceil(said.length / 4) + 1,
    cacheRead: 0,
    cacheWrite: 0,
  };
}

function modelList(): Reply {
  const ids = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'];
  return jsonReply(200, {
    object: 'list',
    has_more: false,
    first_id: ids[0],
    last_id: ids.at(-1),
    data: ids.map((id) => ({ id, type: 'model', object: 'model', display_name: id, owned_by: 'script' })),
  });
}

/** An error status; without a body of its own it carries the usual envelope of the request's dialect. */
export function status(
  code: number,
  more: { headers?: readonly (readonly [string, string])[]; body?: unknown; message?: string } = {},
): Answer {
  return (request) =>
    jsonReply(code, more.body ?? errorBody(request, more.message ?? `scripted ${code}`), more.headers ?? []);
}

function errorBody(request: RecordedRequest, message: string): JsonObject {
  return dialectOf(request) === 'anthropic'
    ? { type: 'error', error: { type: 'api_error', message }, request_id: `req_${request.number}` }
    : { error: { message, type: 'server_error', code: null, param: null } };
}

/** A web page where an API answer belongs. */
export function html(code = 200): Answer {
  return () => rawReply(code, 'text/html', '<!doctype html><title>Bad gateway</title><h1>Sorry</h1>');
}

/** Bytes that are neither JSON nor events, under the content type of a stream. */
export function garbage(): Answer {
  return () => rawReply(200, 'text/event-stream', Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a, 0x0a, 0x7b]));
}

/** The error event of a dialect, as it is sent inside a stream that began well. */
export function errorEvent(dialect: Dialect): string {
  const message = 'Overloaded (scripted)';
  switch (dialect) {
    case 'anthropic':
      return sseEvent({ type: 'error', error: { type: 'overloaded_error', message } }, 'error');
    case 'chat':
      return sseEvent({ error: { message, type: 'server_error', code: 'overloaded' } });
    case 'responses':
      return sseEvent({ type: 'error', code: 'server_error', message, sequence_number: 0 }, 'error');
    case 'gemini':
      return sseEvent({ error: { code: 503, message, status: 'UNAVAILABLE' } });
    default:
      return assertNever(dialect);
  }
}

/** A 200 whose very first event is an error. */
export function errorFirst(): Answer {
  return (request) => streamReply([errorEvent(dialectOf(request))], undefined);
}

/** The first `after` body bytes of an answer, then the dialect's error event and a proper end. */
export function errorInside(answer: Answer, after: number): Answer {
  return changed(answer, (reply, request) => ({
    ...reply,
    pieces: [...firstBytes(reply.pieces, after), Buffer.from(errorEvent(dialectOf(request)))],
  }));
}

/** The first `count` pieces of an answer, then the dialect's error event and a proper end. */
export function errorAfter(answer: Answer, count: number): Answer {
  return changed(answer, (reply, request) => ({
    ...reply,
    pieces: [...reply.pieces.slice(0, count), Buffer.from(errorEvent(dialectOf(request)))],
  }));
}

/** Breaks an answer off after so many bytes of its body. */
export function cut(answer: Answer, after: number, how: CutKind): Answer {
  return changed(answer, (reply) => ({ ...reply, ending: { kind: 'cut', after, how } }));
}

/** Waits with the whole answer, head included, until `released`. */
export function held(answer: Answer, released: Promise<unknown>): Answer {
  return async (request) => {
    await released;
    return answer(request);
  };
}

/** Sends the head and the first `pieces` pieces at once, and waits with the rest until `released`. */
export function heldAfter(answer: Answer, pieces: number, released: Promise<unknown>): Answer {
  return changed(answer, (reply) => ({ ...reply, hold: { beforePiece: pieces, until: released } }));
}

/** Puts so many milliseconds between two pieces. */
export function paced(answer: Answer, milliseconds: number): Answer {
  return changed(answer, (reply) => ({ ...reply, pace: milliseconds }));
}

/** Compresses the body although nobody asked for it. */
export function gzipped(answer: Answer): Answer {
  return changed(answer, (reply) => ({
    ...reply,
    headers: [
      ...reply.headers.filter(([name]) => name !== 'content-length'),
      ['content-encoding', 'gzip'] as const,
    ],
    pieces: [gzipSync(Buffer.concat(reply.pieces))],
  }));
}

/** Repeats the same pieces many times over: a long stream out of a short one. */
export function repeated(answer: Answer, times: number): Answer {
  return changed(answer, (reply) => ({ ...reply, pieces: Array(times).fill(reply.pieces).flat() }));
}

/** An upstream that accepts the request and never answers. */
export function never(): Answer {
  return () => new Promise<Reply>(() => undefined);
}

function changed(answer: Answer, change: (reply: Reply, request: RecordedRequest) => Reply): Answer {
  return async (request) => change(await answer(request), request);
}

/** The pieces up to `count` bytes; the last one is shortened where it crosses the line. */
export function firstBytes(pieces: readonly Buffer[], count: number): Buffer[] {
  const kept: Buffer[] = [];
  let left = count;
  for (const piece of pieces) {
    if (left <= 0) break;
    kept.push(piece.subarray(0, left));
    left -= piece.length;
  }
  return kept;
}

function modelInPath(request: RecordedRequest): string {
  return /\/models\/([^/:]+):/.exec(pathOf(request))?.[1] ?? 'unnamed';
}

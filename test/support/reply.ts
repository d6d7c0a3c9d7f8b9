import type { RecordedRequest } from './recorded-request.ts';

/** Tokens as this upstream bills them: the truth that a gateway's own figures are compared with. */
export interface BilledTokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** What leaves the upstream for one request. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body; each piece is one write and, without a Content-Length, one HTTP chunk. */
  readonly pieces: readonly Buffer[];
  readonly ending: Ending;
  /** Milliseconds between two pieces; 0 writes them as fast as the socket takes them. */
  readonly pace: number;
  /** Waits in front of the piece with this index, or before the end when there are fewer pieces. */
  readonly hold: { readonly beforePiece: number; readonly until: Promise<unknown> } | undefined;
  readonly billed: BilledTokens | undefined;
}

/**
 * How the body ends. `after` counts body bytes; what comes behind it is never sent. `end` finishes the HTTP
 * message properly although the content is not complete; `hang` sends nothing more and keeps the socket.
 */
export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'cut'; readonly after: number; readonly how: CutKind };

export type CutKind = 'fin' | 'reset' | 'bad-chunk' | 'end' | 'hang';

/** What arrives → what leaves. A promise that never settles is an upstream that never answers. */
export type Answer = (request: RecordedRequest) => Reply | Promise<Reply>;

const NOTHING_SPECIAL = {
  ending: { kind: 'complete' },
  pace: 0,
  hold: undefined,
  billed: undefined,
} as const;

/** A reply with a JSON body. */
export function jsonReply(
  status: number,
  body: unknown,
  headers: readonly (readonly [string, string])[] = [],
): Reply {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    ...NOTHING_SPECIAL,
    status,
    headers: [['content-type', 'application/json'], ['content-length', String(bytes.length)], ...headers],
    pieces: [bytes],
  };
}

/** A streamed reply: one piece per event, chunked. */
export function streamReply(events: readonly string[], billed: BilledTokens | undefined): Reply {
  return {
    ...NOTHING_SPECIAL,
    status: 200,
    headers: [
      ['content-type', 'text/event-stream; charset=utf-8'],
      ['cache-control', 'no-cache'],
    ],
    pieces: events.map((event) => Buffer.from(event)),
    billed,
  };
}

/** A reply of any bytes under any content type. */
export function rawReply(status: number, contentType: string, body: Buffer | string): Reply {
  return {
    ...NOTHING_SPECIAL,
    status,
    headers: [['content-type', contentType]],
    pieces: [Buffer.from(body)],
  };
}

/** One server-sent event; without a name it is a bare data frame, as OpenAI Chat sends them. */
export function sseEvent(data: unknown, name?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return name === undefined ? `data: ${text}\n\n` : `event: ${name}\ndata: ${text}\n\n`;
}

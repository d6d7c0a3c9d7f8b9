import { setTimeout as wait } from 'node:timers/promises';
import type { Agent, ClientRequest, IncomingMessage, request as httpRequest } from 'node:http';
import type { TracingSettings } from '../../../config/build/tracing-settings.ts';
import type { SpanAttributes } from '../span.ts';
import { encodeRequest } from './encode-span.ts';
import type { PackedSpan, SpanWay } from './span-way.ts';

/** What OTLP says to try again; every other answer is final. */
const TRANSIENT = new Set([429, 502, 503, 504]);

const FIRST_WAIT_MS = 1_000;
const GROWTH = 1.5;

const TOO_LATE = 'the collector did not answer in time';

/** The client's half of node:http or node:https. */
interface HttpModule {
  readonly request: typeof httpRequest;
  readonly Agent: new (options: { keepAlive: boolean; maxSockets: number }) => Agent;
}

type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'failed'; readonly error: Error };

/** OTLP over HTTP, in protobuf. */
export async function openHttpWay(settings: TracingSettings, resource: SpanAttributes): Promise<SpanWay> {
  const isSecure = settings.url.startsWith('https:');
  const http: HttpModule = isSecure ? await import('node:https') : await import('node:http');
  return new HttpWay(settings, resource, http);
}

class HttpWay implements SpanWay {
  readonly #settings: TracingSettings;
  readonly #resource: SpanAttributes;
  readonly #http: HttpModule;
  readonly #agent: Agent;
  readonly #closing = new AbortController();
  /** The sender sends one message at a time. */
  #underWay: ClientRequest | undefined;

  constructor(settings: TracingSettings, resource: SpanAttributes, http: HttpModule) {
    this.#settings = settings;
    this.#resource = resource;
    this.#http = http;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  }

  async send(spans: readonly PackedSpan[]): Promise<Error | undefined> {
    const body = encodeRequest(
      this.#resource,
      spans.filter((span) => Buffer.isBuffer(span)),
    );
    const deadline = performance.now() + this.#settings.timeout;
    for (let pauseMs = FIRST_WAIT_MS; ; pauseMs *= GROWTH) {
      const left = deadline - performance.now();
      const posted = await this.#post(body, Math.max(1, left));
      const failure = failureOf(posted);
      if (failure === undefined || !isTransient(posted)) return failure;
      const waitMs = (posted.kind === 'answered' ? posted.retryAfterMs : undefined) ?? pauseMs;
      if (waitMs >= deadline - performance.now() || !(await this.#waited(waitMs))) return failure;
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#underWay?.destroy(new Error(TOO_LATE));
    this.#agent.destroy();
  }

  #post(body: Buffer, timeoutMs: number): Promise<Posted> {
    const { url, headers } = this.#settings;
    const { promise, resolve } = Promise.withResolvers<Posted>();
    const own = headers.map(({ name, value }): [string, string] => [name.toLowerCase(), value.reveal()]);
    const request = this.#http.request(url, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        ...Object.fromEntries(own),
        'content-type': 'application/x-protobuf',
        'content-length': body.length,
      },
    });
    request.once('response', (response: IncomingMessage) => {
      const { statusCode: status = 0, headers: said } = response;
      response.resume();
      response.once('close', () => resolve({ kind: 'answered', status, retryAfterMs: retryAfter(said) }));
    });
    request.once('error', (error) => resolve({ kind: 'failed', error }));
    // Cleared with the answer: `AbortSignal.timeout` would hold the message until the time is over.
    const timer = setTimeout(() => request.destroy(new Error(TOO_LATE)), Math.ceil(timeoutMs)).unref();
    this.#underWay = request;
    request.end(body);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#underWay = undefined;
    });
  }

  /** @returns whether the time is over and the way still open */
  async #waited(milliseconds: number): Promise<boolean> {
    try {
      await wait(milliseconds, undefined, { signal: this.#closing.signal, ref: false });
      return true;
    } catch {
      return false; // Closed meanwhile; the failure of the try before is told.
    }
  }
}

function failureOf(posted: Posted): Error | undefined {
  if (posted.kind === 'failed') return posted.error;
  const isTaken = posted.status >= 200 && posted.status < 300;
  return isTaken ? undefined : new Error(`the collector answered with status ${posted.status}`);
}

function isTransient(posted: Posted): boolean {
  return posted.kind === 'failed' || TRANSIENT.has(posted.status);
}

/** Seconds only: the date form is not worth its weight here. */
function retryAfter(headers: IncomingMessage['headers']): number | undefined {
  const seconds = Number(headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/**
 * Calls the admin API by its contract and parses what comes back. Knows HTTP only as a function it is given,
 * so that the command line, a terminal interface and a browser can share it.
 */
import type { Endpoint } from '../contract/endpoint.ts';
import { ENDPOINTS, type EndpointName, type RequestOf, type ResponseOf } from '../contract/endpoints.ts';
import { errorBodySchema } from '../contract/error-body.ts';
import type { Secret } from '../lib/secret.ts';
import { AdminClientError } from './admin-client-error.ts';

/** The part of `fetch` that is used. */
export type AdminFetch = (url: string, request: AdminRequest) => Promise<AdminResponse>;

export interface AdminRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface AdminResponse {
  readonly status: number;
  text(): Promise<string>;
  /** The same piece by piece; one or the other can be read. */
  readonly body?: AsyncIterable<Uint8Array> | null;
}

export interface AdminClientOptions {
  /** Base URL of the gateway, without a trailing slash. */
  readonly url: string;
  /** Sent only to endpoints that ask for it. */
  readonly token?: Secret | undefined;
  /** Milliseconds for one whole call. */
  readonly timeoutMs?: number;
  readonly fetch?: AdminFetch;
}

export interface AdminClient {
  readonly url: string;
  /** @throws AdminClientError */
  call<Name extends EndpointName>(name: Name, request?: RequestOf<Name>): Promise<ResponseOf<Name>>;
  /**
   * The text of an endpoint that streams, piece by piece, however long it is.
   * @throws AdminClientError, also in the middle when the stream breaks off
   */
  stream<Name extends StreamName>(name: Name, request?: RequestOf<Name>): AsyncIterable<Uint8Array>;
}

/** Endpoints whose answer is text of any length. */
type StreamName = 'export' | 'events';

const TIMEOUT_MS = 3_000;
const STREAM_TIMEOUT_MS = 3_600_000;

export function createAdminClient(options: AdminClientOptions): AdminClient {
  return {
    url: options.url,
    async call(name, request = {}) {
      const place = placeOf(options, name, request);
      const { patienceMs = 0 } = place.endpoint;
      const response = await send(options, place, Math.max(patienceMs, options.timeoutMs ?? TIMEOUT_MS));
      const text = await response.text().catch((cause: unknown) => {
        throw unreachable(place, cause);
      });
      // The schema of this very endpoint parsed it; the compiler cannot follow the index through the union.
      return parseAnswer(place, { status: response.status, text }) as ResponseOf<typeof name>;
    },
    async *stream(name, request = {}) {
      const place = placeOf(options, name, request);
      const response = await send(options, place, STREAM_TIMEOUT_MS);
      const isOk = ENDPOINTS[name].statuses.includes(response.status);
      if (!isOk || response.body == null) throw failureOf(place, response.status, await response.text());
      try {
        yield* response.body;
      } catch (cause) {
        throw new AdminClientError('unreachable', `${place.url} broke off in the middle`, cause);
      }
    },
  };
}

/** One endpoint with everything of its request filled in. */
interface Place {
  readonly endpoint: Endpoint;
  readonly url: string;
  /** JSON. */
  readonly body: string | undefined;
}

function placeOf(
  { url }: AdminClientOptions,
  name: EndpointName,
  request: { readonly query?: object; readonly parameters?: object; readonly body?: unknown },
): Place {
  const { query = {}, parameters = {}, body } = request;
  const endpoint = ENDPOINTS[name];
  const values = new Map(Object.entries(parameters));
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
    encodeURIComponent(String(values.get(parameter))),
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return {
    endpoint,
    url: `${url}${path}${search === '' ? '' : `?${search}`}`,
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

async function send(options: AdminClientOptions, place: Place, timeoutMs: number): Promise<AdminResponse> {
  const { endpoint, url, body } = place;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = String(new TextEncoder().encode(body).length);
  }
  // Also where loopback is enough: a gateway that listens on the network alone is not called from there.
  if (endpoint.access !== 'public' && options.token !== undefined)
    headers['authorization'] = `Bearer ${options.token.reveal()}`;
  const request = options.fetch ?? fetch;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { method } = endpoint;
    return await request(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
  } catch (cause) {
    throw unreachable(place, cause);
  }
}

function unreachable({ url }: Place, cause: unknown): AdminClientError {
  return new AdminClientError('unreachable', `no answer from ${url}`, cause);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function parseAnswer(place: Place, { status, text }: Answer): unknown {
  const { endpoint, url } = place;
  if (!endpoint.statuses.includes(status)) throw failureOf(place, status, text);
  const parsed = endpoint.response.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new AdminClientError('foreign', `${url} did not answer as a Switchyard of this version`);
}

function failureOf({ url }: Place, status: number, text: string): AdminClientError {
  const told = errorBodySchema.safeParse(parseJson(text)).data?.error;
  if (told === undefined)
    return new AdminClientError('foreign', `${url} answered ${status} and not as a Switchyard`);
  const kind = status === 401 ? 'unauthorized' : 'refused';
  return new AdminClientError(kind, told.message, undefined, told.code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No schema accepts it: the caller learns that something else answered.
  }
}

/**
 * Calls the admin API by its contract and parses what comes back. Knows HTTP only as a function it is given,
 * so that the command line, a terminal interface and a browser can share it.
 */
import { ENDPOINTS, type EndpointName, type ResponseOf } from '../contract/endpoints.ts';
import { errorBodySchema } from '../contract/error-body.ts';
import type { Secret } from '../lib/secret.ts';
import { AdminClientError } from './admin-client-error.ts';

/** The part of `fetch` that is used. */
export type AdminFetch = (url: string, request: AdminRequest) => Promise<AdminResponse>;

export interface AdminRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface AdminResponse {
  readonly status: number;
  text(): Promise<string>;
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
  call<Name extends EndpointName>(name: Name): Promise<ResponseOf<Name>>;
}

export function createAdminClient(options: AdminClientOptions): AdminClient {
  return {
    url: options.url,
    async call(name) {
      const answer = await send(options, name);
      // The schema of this very endpoint parsed it; the compiler cannot follow the index through the union.
      return parseAnswer(options.url, name, answer) as ResponseOf<typeof name>;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send(options: AdminClientOptions, name: EndpointName): Promise<Answer> {
  const endpoint = ENDPOINTS[name];
  const headers: Record<string, string> = { accept: 'application/json' };
  if (endpoint.access === 'token' && options.token !== undefined)
    headers['authorization'] = `Bearer ${options.token.reveal()}`;
  const send = options.fetch ?? fetch;
  const signal = AbortSignal.timeout(options.timeoutMs ?? 3_000);
  try {
    const response = await send(options.url + endpoint.path, { method: endpoint.method, headers, signal });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw new AdminClientError('unreachable', `no answer from ${options.url}${endpoint.path}`, cause);
  }
}

function parseAnswer(url: string, name: EndpointName, answer: Answer): unknown {
  const endpoint = ENDPOINTS[name];
  const statuses: readonly number[] = endpoint.statuses;
  const body = parseJson(answer.text);
  if (statuses.includes(answer.status)) {
    const parsed = endpoint.response.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new AdminClientError(
      'foreign',
      `${url}${endpoint.path} did not answer as a Switchyard of this version`,
    );
  }
  const told = errorBodySchema.safeParse(body).data?.error;
  if (told === undefined)
    throw new AdminClientError(
      'foreign',
      `${url}${endpoint.path} answered ${answer.status} and not as a Switchyard`,
    );
  const kind = answer.status === 401 || answer.status === 403 ? 'unauthorized' : 'refused';
  throw new AdminClientError(kind, told.message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No schema accepts it: the caller learns that something else answered.
  }
}

import { Buffer, isUtf8 } from 'node:buffer';
import { Secret } from '../../lib/secret.ts';
import type { CallerCredential, SecretHeader } from '../../domain/credential.ts';
import type { Labels, TraceContext } from '../../domain/exchange.ts';

/**
 * The edge: splits the headers a caller sent into what may travel on, what authenticates the caller, and what
 * is meant for the gateway itself. After this, no credential stands among the headers any more.
 */
export interface EdgeHeaders {
  /** What may travel on; order, case and repetition kept. */
  readonly forwardable: string[];
  readonly credential: CallerCredential | undefined;
  /** The key of the gateway's own that the caller showed, if any. */
  readonly clientKey: Secret | undefined;
  readonly hops: readonly string[];
  readonly labels: Labels;
  readonly traceContext: TraceContext | undefined;
}

/** The prefix by which the gateway's own client keys are told from every provider's. */
const CLIENT_KEY_PREFIX = 'sy-';

/** Anthropic's prefix of the tokens a Claude subscription logs in with. */
const OAUTH_PREFIX = 'sk-ant-oat';

const CREDENTIAL_HEADERS = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']);

/**
 * Never forwarded. Hop-by-hop headers are RFC 9110 §7.6.1's; Host and Content-Length are written anew;
 * cookies and forwarding headers would tell a provider about the caller's network, and a trace's context ties the
 * request to what else its owner does: it is kept apart, for the providers that may know.
 */
const DROPPED_HEADERS = new Set([
  'baggage',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
]);

const NO_TRACE: TraceContext = { traceparent: undefined, tracestate: undefined, baggage: undefined };

function isTraceHeader(name: string): name is keyof TraceContext {
  return Object.hasOwn(NO_TRACE, name);
}

const OWN_PREFIX = 'x-switchyard-';

/** @param rawHeaders as Node gives them: name, value, name, value */
export function splitHeaders(rawHeaders: readonly string[]): EdgeHeaders {
  const forwardable: string[] = [];
  const secrets: SecretHeader[] = [];
  const own = new Map<string, string>();
  let connection = '';
  let trace: TraceContext | undefined;
  let isOauth = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const lower = name.toLowerCase();
    if (CREDENTIAL_HEADERS.has(lower)) {
      if (!takeClientKey(value, own)) secrets.push({ name, value: new Secret(value) });
    } else if (lower.startsWith(OWN_PREFIX)) {
      own.set(lower.slice(OWN_PREFIX.length), value);
    } else if (!DROPPED_HEADERS.has(lower)) {
      forwardable.push(name, value);
      if (lower === 'anthropic-beta' && value.includes('oauth-')) isOauth = true;
    } else if (lower === 'connection') {
      connection += `,${value}`; // It may repeat; every line counts.
    } else if (isTraceHeader(lower)) {
      trace = { ...(trace ?? NO_TRACE), [lower]: value };
    }
  }
  return {
    forwardable: connectionNamed(connection).reduce(withoutHeader, forwardable),
    credential: credentialOf(secrets, isOauth),
    clientKey: own.has('key') ? new Secret(own.get('key') ?? '') : undefined,
    hops: (own.get('hop') ?? '').split(',').filter((hop) => hop !== ''),
    labels: { project: labelOf(own.get('project')), user: labelOf(own.get('user')) },
    traceContext: trace,
  };
}

/** Longer labels are cut: they are names for people, and each is a row of the ledger. */
const LONGEST_LABEL = 200;

/** Header values come one character a byte. Most programs send names of people in UTF-8, some in Latin-1. */
function labelOf(value: string | undefined): string | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const text = Buffer.from(value, 'latin1');
  return (isUtf8(text) ? text.toString('utf8') : value).trim().slice(0, LONGEST_LABEL);
}

/** A client key may ride in the headers made for a provider's; its prefix gives it away, and it stays here. */
function takeClientKey(value: string, own: Map<string, string>): boolean {
  const token = bearerToken(value) ?? value;
  if (!token.startsWith(CLIENT_KEY_PREFIX)) return false;
  if (!own.has('key')) own.set('key', token);
  return true;
}

function bearerToken(value: string): string | undefined {
  return /^bearer /i.test(value) ? value.slice('bearer '.length).trim() : undefined;
}

function credentialOf(
  headers: readonly SecretHeader[],
  betaSaysOauth: boolean,
): CallerCredential | undefined {
  if (headers.length === 0) return undefined;
  const isOauth = headers.some(({ name, value }) => {
    const token = bearerToken(value.reveal());
    const bearer = token !== undefined && name.toLowerCase() === 'authorization';
    return value.reveal().includes(OAUTH_PREFIX) || (bearer && betaSaysOauth);
  });
  return { kind: isOauth ? 'oauth' : 'key', headers };
}

/** Headers a `Connection` header declares hop-by-hop. */
function connectionNamed(connection: string): string[] {
  return connection
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'keep-alive' && name !== 'close');
}

function withoutHeader(headers: string[], lowerCaseName: string): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.toLowerCase() !== lowerCaseName) kept.push(name, headers[index + 1] ?? '');
  }
  return kept;
}

/** Query parameters in which some clients send their key. */
const CREDENTIAL_PARAMETERS = new Set(['key', 'api_key', 'access_token']);

export interface EdgeQuery {
  /** With its question mark, or `''`; untouched when it carried no key. */
  readonly query: string;
  readonly key: Secret | undefined;
}

/** Takes a key out of the query, so that it reaches neither a log nor another provider. */
export function splitQuery(query: string): EdgeQuery {
  if (query.length < 2) return { query: '', key: undefined };
  let key: Secret | undefined;
  const pairs = query.slice(1).split('&');
  const kept = pairs.filter((pair) => {
    const [name = '', value = ''] = pair.split('=', 2);
    if (!CREDENTIAL_PARAMETERS.has(safeDecode(name).toLowerCase())) return true;
    const text = safeDecode(value);
    if (!text.startsWith(CLIENT_KEY_PREFIX)) key ??= new Secret(text);
    return false;
  });
  if (kept.length === pairs.length) return { query, key };
  return { query: kept.length === 0 ? '' : `?${kept.join('&')}`, key };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A stray percent sign: the text as it stands is all there is to compare.
  }
}

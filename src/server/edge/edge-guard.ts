import { GatewayError } from '../../domain/errors.ts';

/** What the guard looks at; header names in lower case as Node gives them. */
export interface EdgeFacts {
  readonly method: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  /** Host names and addresses, lower case, without port, by which this gateway may be called. */
  readonly allowedHosts: ReadonlySet<string>;
  /** `host:port` pairs allowed besides, for forwarded ports. */
  readonly allowedAuthorities: ReadonlySet<string>;
  readonly port: number;
}

const MAX_HEADER_LINES = 128;

/**
 * The checks that come before everything else, the same for every path: one Host and it is ours, no page of
 * another origin, nothing that two HTTP parsers may understand differently.
 * @returns the refusal, or `undefined` when the request may go on
 */
export function guardEdge(facts: EdgeFacts): GatewayError | undefined {
  if (facts.httpVersion !== '1.1' && facts.httpVersion !== '1.0') {
    return new GatewayError('bad_target', `HTTP version ${facts.httpVersion} is not spoken here.`);
  }
  const seen = scanHeaders(facts.rawHeaders);
  return guardFraming(facts, seen) ?? guardHost(facts, seen.hosts[0]) ?? guardBrowser(facts, seen);
}

interface SeenHeaders {
  readonly hosts: readonly string[];
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly hasBody: boolean;
  readonly chunked: boolean;
}

function scanHeaders(rawHeaders: readonly string[]): SeenHeaders {
  const hosts: string[] = [];
  let origin: string | undefined;
  let fetchSite: string | undefined;
  let hasBody = false;
  let chunked = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? '';
    switch (rawHeaders[index]?.toLowerCase()) {
      case 'host':
        hosts.push(value);
        break;
      case 'origin':
        origin = value;
        break;
      case 'sec-fetch-site':
        fetchSite = value;
        break;
      case 'content-length':
        hasBody ||= value !== '0';
        break;
      case 'transfer-encoding':
        hasBody = true;
        chunked = true;
        break;
      default:
    }
  }
  return { hosts, origin, fetchSite, hasBody, chunked };
}

function guardFraming(facts: EdgeFacts, seen: SeenHeaders): GatewayError | undefined {
  if (facts.rawHeaders.length > MAX_HEADER_LINES * 2) {
    return new GatewayError(
      'too_many_headers',
      `The request has more than ${MAX_HEADER_LINES} header lines.`,
    );
  }
  if (seen.hosts.length !== 1) {
    return new GatewayError(
      'bad_target',
      `The request has ${seen.hosts.length} Host headers instead of one.`,
    );
  }
  if (facts.httpVersion === '1.0' && seen.chunked) {
    return new GatewayError('bad_target', 'An HTTP/1.0 request cannot have a Transfer-Encoding.');
  }
  if (seen.hasBody && (facts.method === 'GET' || facts.method === 'HEAD')) {
    return new GatewayError('bad_target', `A ${facts.method} request with a body is not accepted.`);
  }
  return undefined;
}

/** RFC 9110 §7.2 grammar as far as it matters: a name, an IPv4 or a bracketed IPv6 address, and a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9._-]*)(?::(\d{1,5}))?$/;

function guardHost(facts: EdgeFacts, host: string | undefined): GatewayError | undefined {
  const authority = (host ?? '').toLowerCase();
  if (facts.allowedAuthorities.has(authority)) return undefined;
  const parsed = HOST.exec(authority);
  const port = parsed?.[2] === undefined ? 80 : Number(parsed[2]);
  const allowed = parsed !== null && port === facts.port && facts.allowedHosts.has(parsed[1] ?? '');
  return allowed
    ? undefined
    : new GatewayError('host_not_allowed', 'The Host header does not name this gateway.');
}

/**
 * A page cannot forge Origin or Sec-Fetch-Site. Programs send neither (Node's fetch sends Sec-Fetch-Mode only),
 * so their presence from elsewhere means a browser is being used against its user.
 */
function guardBrowser(facts: EdgeFacts, seen: SeenHeaders): GatewayError | undefined {
  const crossSite =
    seen.fetchSite !== undefined && seen.fetchSite !== 'same-origin' && seen.fetchSite !== 'none';
  const foreign = seen.origin !== undefined && !isOwnOrigin(seen.origin, facts);
  if (!crossSite && !foreign) return undefined;
  return new GatewayError('browser_refused', 'Requests from web pages of other origins are refused.');
}

function isOwnOrigin(origin: string, facts: EdgeFacts): boolean {
  const scheme = /^https?:\/\//.exec(origin)?.[0];
  if (scheme === undefined) return false;
  return guardHost(facts, origin.slice(scheme.length)) === undefined;
}

/**
 * Headers on the way back. The provider's own are kept as they came but for those that would mislead the
 * client about the gateway, and, when the credential is the gateway's, those that describe its account.
 */
export interface AnswerHeadersInput {
  readonly upstream: readonly string[];
  readonly status: number;
  /** Whether the gateway's own credential was used: its limits are nobody else's business. */
  readonly ownCredential: boolean;
  readonly exchangeId: string;
  /** The text of `x-switchyard-decision`. */
  readonly decision: string;
}

/** Seconds a client is asked to wait when a provider's 429 does not say; some clients fail at once without. */
const DEFAULT_RETRY_AFTER = '5';

const NEVER_RETURNED = new Set([
  'set-cookie',
  'alt-svc',
  'strict-transport-security',
  'public-key-pins',
  'nel',
  'report-to',
]);

/** Prefixes of headers that tell about the account behind a credential. */
const ACCOUNT_PREFIXES = [
  'anthropic-ratelimit-',
  'x-ratelimit-',
  'anthropic-organization-',
  'anthropic-workspace-',
  'openai-organization',
  'openai-project',
];

export function answerHeaders(input: AnswerHeadersInput): string[] {
  const { upstream } = input;
  const headers: string[] = [];
  let hasRetryAfter = false;
  for (let index = 0; index + 1 < upstream.length; index += 2) {
    const name = upstream[index] ?? '';
    const lower = name.toLowerCase();
    if (NEVER_RETURNED.has(lower) || lower.startsWith('x-switchyard-')) continue;
    if (lower.startsWith('access-control-')) continue; // It would let a page read what passes here.
    if (input.ownCredential && ACCOUNT_PREFIXES.some((prefix) => lower.startsWith(prefix))) continue;
    if (lower === 'retry-after') hasRetryAfter = true;
    headers.push(name, upstream[index + 1] ?? '');
  }
  if (input.status === 429 && !hasRetryAfter) headers.push('retry-after', DEFAULT_RETRY_AFTER);
  headers.push('x-switchyard-exchange', input.exchangeId, 'x-switchyard-decision', input.decision);
  return headers;
}

/** A longer model name would make a header that clients refuse. */
const LONGEST_HEADER_TEXT = 256;

/** Text of a client's (a model name) as it may stand in a header of ours: no line break, nothing but ASCII. */
export function headerText(text: string): string {
  return text.slice(0, LONGEST_HEADER_TEXT).replace(/[^\x20-\x7e]|[;,]/g, '?');
}

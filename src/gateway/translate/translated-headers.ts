import { headerValue } from '../../domain/headers.ts';
import type { Format } from '../../domain/format.ts';
import type { Warning } from '../../domain/warning.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';

export interface TranslatedHeadersInput {
  readonly upstream: UpstreamHead;
  readonly contentType: string;
  /** The client's format. */
  readonly format: Format;
  readonly exchangeId: string;
  readonly decision: string;
  readonly warnings: readonly Warning[];
}

/** The head of a translated answer: nothing of the provider's own but the id to complain by. */
export function translatedHeaders(input: TranslatedHeadersInput): string[] {
  const { upstream, format } = input;
  const headers = ['content-type', input.contentType];
  const requestId =
    headerValue(upstream.headers, 'request-id') ?? headerValue(upstream.headers, 'x-request-id');
  const name = format === 'anthropic-messages' ? 'request-id' : 'x-request-id';
  if (requestId !== undefined) headers.push(name, requestId);
  const codes = warningCodes(input.warnings);
  if (codes !== '') headers.push('x-switchyard-warnings', codes);
  headers.push('x-switchyard-exchange', input.exchangeId, 'x-switchyard-decision', input.decision);
  return headers;
}

/** Waiting times and advice of the provider; 429 always says how long to wait (Codex gives up at once without). */
export function retryHeaders({ headers }: UpstreamHead, status: number, original: number): string[] {
  const kept = ['retry-after', 'retry-after-ms', 'x-should-retry'].flatMap((name) => {
    const value = headerValue(headers, name);
    return value === undefined ? [] : [name, value];
  });
  if ((status === 429 || status === 529 || status === 503) && !kept.includes('retry-after'))
    kept.push('retry-after', DEFAULT_RETRY_AFTER);
  if (isLasting(original) && !kept.includes('x-should-retry')) kept.push('x-should-retry', 'false');
  return kept;
}

/** Seconds. */
const DEFAULT_RETRY_AFTER = '5';

/** Trying the same again cannot help: a refused key or an empty account stays what it is for a while. */
function isLasting(status: number): boolean {
  return status === 401 || status === 402 || status === 403;
}

/** A header that grew without end would be refused by clients. */
const MOST_CODES = 24;

/** Each code once, with how often it occurred: `tool_dropped, field_dropped;n=3`. */
function warningCodes(warnings: readonly Warning[]): string {
  const counts = new Map<string, number>();
  for (const { code } of warnings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .slice(0, MOST_CODES)
    .map(([code, count]) => (count === 1 ? code : `${code};n=${count}`))
    .join(', ');
}

import { Buffer } from 'node:buffer';
import type { GatewayError } from '../domain/errors.ts';
import type { EncodedError } from './wire-format.ts';

/** Seconds told to clients that must not come back at once, when the error itself knows no better. */
const DEFAULT_RETRY_AFTER = 5;

/** Statuses that always carry Retry-After: Codex gives up at once on a 429 without it. */
const WAITING_STATUSES: ReadonlySet<number> = new Set([429, 503, 529]);

/** The answer to a request that failed inside the gateway: what all formats have in common. */
export function errorReply(error: GatewayError, status: number, envelope: unknown): EncodedError {
  const headers = ['content-type', 'application/json'];
  // Claude Code retries a bare 401 for minutes; this header ends that at once.
  if (!error.row.retryable) headers.push('x-should-retry', 'false');
  const retryAfter = error.retryAfter ?? (WAITING_STATUSES.has(status) ? DEFAULT_RETRY_AFTER : undefined);
  if (retryAfter !== undefined) headers.push('retry-after', String(Math.max(1, Math.ceil(retryAfter))));
  return { status, headers, body: Buffer.from(JSON.stringify(envelope)) };
}

/**
 * What the client shows: the error's own message and what to do about it; never its cause. A space follows the message
 * in any case: Claude Code looks for words such as `capability_rejected: effort_unsupported`, which end at a space.
 */
export function errorMessage(error: GatewayError): string {
  const message = error.message.trim();
  const separator = /[.!?:]$/.test(message) ? ' ' : ' — ';
  return message === '' ? error.row.remedy : `${message}${separator}${error.row.remedy}`;
}

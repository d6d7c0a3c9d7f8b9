import { GatewayError, type ErrorCode } from '../../domain/errors.ts';
import type { RefusalMeaning } from '../../domain/refusal.ts';
import type { Refusal } from '../../guard/classify-answer.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

const CODES: Readonly<Record<RefusalMeaning, ErrorCode>> = {
  'rate-limit': 'upstream_rate_limited',
  concurrency: 'upstream_rate_limited',
  'ramp-up': 'upstream_rate_limited',
  window: 'upstream_rate_limited',
  'model-window': 'upstream_rate_limited',
  credits: 'upstream_refused',
  overloaded: 'upstream_overloaded',
  'model-unavailable': 'upstream_refused',
  'key-refused': 'upstream_refused',
  'server-error': 'upstream_protocol',
  'client-error': 'upstream_protocol',
};

/** Claude Code gives up on longer waits at once; it had better ask again, and be told again. */
const LONGEST_WAIT_SECONDS = 60;

/** What to tell the client when a refusal was not passed on and no other target answered either. */
export function refusalError(prepared: PreparedRequest, status: number, refusal: Refusal): GatewayError {
  const text = `${prepared.provider.name} refused with status ${status} (${refusal.meaning}), and no other target is left.`;
  if (refusal.retryAfterMs === undefined) return new GatewayError(CODES[refusal.meaning], text);
  const retryAfter = Math.min(LONGEST_WAIT_SECONDS, Math.ceil(refusal.retryAfterMs / 1000));
  return new GatewayError(CODES[refusal.meaning], text, { retryAfter });
}

/** A page where an API answer belongs: a captive portal, or a base URL that is wrong. */
export function webPageError({ provider }: PreparedRequest): GatewayError {
  return new GatewayError(
    'upstream_protocol',
    `${provider.name} answered with a web page instead of an API response.`,
  );
}

/** Headers came, and nothing of an answer. */
export function firstEventError({ provider }: PreparedRequest): GatewayError {
  const seconds = provider.clocks.firstEvent / 1000;
  return new GatewayError(
    'upstream_first_event_timeout',
    `${provider.name} sent no content for ${seconds} s.`,
  );
}

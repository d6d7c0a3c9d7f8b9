import type { AnswerFailure } from '../domain/answer.ts';
import type { ErrorKind } from '../domain/errors.ts';
import type { Format } from '../domain/format.ts';
import { findContextOverflow, overflowMessage } from './context-overflow.ts';
import { ERROR_DIALECTS } from './error-dialects.ts';
import type { TranslatedError } from './translate-error.ts';

/** The status a provider would have used, had it not failed behind a 200. */
const STATUSES: Readonly<Record<ErrorKind, number>> = {
  invalid_request: 400,
  authentication: 502,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  headers_too_large: 431,
  unsupported_media: 415,
  upgrade_required: 426,
  misdirected: 421,
  forbidden: 403,
  conflict: 409,
  request_timeout: 408,
  rate_limit: 429,
  overloaded: 529,
  upstream: 502,
  timeout: 504,
  not_supported: 501,
  loop: 508,
  internal: 502,
};

/** A failure inside an answer of status 200, as a real status: possible as long as nothing has been sent. */
export function translateFailure(failure: AnswerFailure, to: Format, provider: string): TranslatedError {
  const { kind, message, raw } = failure;
  const dialect = ERROR_DIALECTS[to];
  const overflow = findContextOverflow(`${raw ?? ''} ${message}`);
  if (overflow !== undefined)
    return dialect({ status: 400, code: 'context_length_exceeded', message: overflowMessage(overflow) });
  return dialect({ status: STATUSES[kind], code: raw, message: `${provider}: ${message}` });
}

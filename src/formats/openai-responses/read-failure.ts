import type { AnswerFailure } from '../../domain/answer.ts';
import type { ErrorKind } from '../../domain/errors.ts';
import { findContextOverflow } from '../context-overflow.ts';
import { asText, type JsonObject } from '../../domain/json-value.ts';

const KINDS: readonly (readonly [pattern: RegExp, kind: ErrorKind])[] = [
  [/rate_limit|quota|usage_limit/, 'rate_limit'],
  [/overloaded|slow_down|unavailable/, 'overloaded'],
  [/timeout/, 'timeout'],
  [/invalid|context_length|policy|image_/, 'invalid_request'],
];

/** Reads an `error` object, or the flat fields of an `error` event. */
export function readFailure(error: JsonObject | undefined): AnswerFailure {
  const raw = asText(error?.['code']) ?? asText(error?.['type']);
  return {
    kind: KINDS.find(([pattern]) => raw !== undefined && pattern.test(raw))?.[1] ?? 'upstream',
    message: asText(error?.['message']) ?? 'the provider reported an error',
    raw,
    truncated: false,
  };
}

/** The code Codex looks at: it compacts, waits, gives up or tries again by it. */
export function failureCode(failure: AnswerFailure): string {
  if (findContextOverflow(`${failure.raw ?? ''} ${failure.message}`) !== undefined)
    return 'context_length_exceeded';
  return CODES[failure.kind] ?? 'server_error';
}

const CODES: Partial<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_prompt',
  forbidden: 'invalid_prompt',
  too_large: 'invalid_prompt',
  rate_limit: 'rate_limit_exceeded',
  overloaded: 'server_is_overloaded',
};

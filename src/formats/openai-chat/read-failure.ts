import type { AnswerFailure } from '../../domain/answer.ts';
import type { ErrorKind } from '../../domain/errors.ts';
import { asObject, asText, type JsonObject, type JsonValue } from '../../domain/json-value.ts';

const KINDS: readonly (readonly [pattern: RegExp, kind: ErrorKind])[] = [
  [/rate.?limit|too_many|429/i, 'rate_limit'],
  [/overloaded|unavailable|capacity|529|503/i, 'overloaded'],
  [/timeout|504|408/i, 'timeout'],
  [/invalid_request|context_length|token_limit|unsupported|400/i, 'invalid_request'],
];

/**
 * The error of a chunk or body, in any of its shapes: an object, a bare string, vLLM's `object: "error"`, or with
 * the provider's own words in `metadata.raw` (OpenRouter). @returns `undefined` when there is none
 */
export function readFailure(wire: JsonObject): AnswerFailure | undefined {
  const error = wire['error'] ?? (wire['object'] === 'error' ? wire : undefined);
  if (error === undefined || error === null) return undefined;
  if (typeof error === 'string') return failure(error, undefined);
  const fields = asObject(error);
  const metadata = asObject(fields?.['metadata']);
  const message =
    asText(metadata?.['raw']) ?? asText(fields?.['message']) ?? 'the provider reported an error';
  const raw = wordOf(metadata?.['error_type']) ?? wordOf(fields?.['code']) ?? wordOf(fields?.['type']);
  return failure(message, raw);
}

function failure(message: string, raw: string | undefined): AnswerFailure {
  const kind = KINDS.find(([pattern]) => raw !== undefined && pattern.test(raw))?.[1] ?? 'upstream';
  return { kind, message, raw, truncated: false };
}

function wordOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : asText(value);
}

/** A failure in the shape SDKs of this format throw on. */
export function writeFailure(failure: AnswerFailure): JsonObject {
  const type = TYPES[failure.kind] ?? 'server_error';
  return { error: { message: failure.message, type, param: null, code: failure.raw ?? type } };
}

const TYPES: Partial<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  rate_limit: 'rate_limit_exceeded',
};

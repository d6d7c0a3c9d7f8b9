import type { AnswerFailure } from '../../domain/answer.ts';
import type { ErrorKind } from '../../domain/errors.ts';
import { asNumber, asText, type JsonObject } from '../../domain/json-value.ts';

const KINDS: Readonly<Record<string, ErrorKind>> = {
  INVALID_ARGUMENT: 'invalid_request',
  FAILED_PRECONDITION: 'invalid_request',
  PERMISSION_DENIED: 'forbidden',
  NOT_FOUND: 'not_found',
  RESOURCE_EXHAUSTED: 'rate_limit',
  UNAVAILABLE: 'overloaded',
  DEADLINE_EXCEEDED: 'timeout',
};

export function readFailure(error: JsonObject): AnswerFailure {
  const raw = asText(error['status']) ?? asNumber(error['code'])?.toString();
  return {
    kind: (raw !== undefined && Object.hasOwn(KINDS, raw) ? KINDS[raw] : undefined) ?? 'upstream',
    message: asText(error['message']) ?? 'the provider reported an error',
    raw,
    truncated: false,
  };
}

const STATUSES: Partial<Record<ErrorKind, readonly [code: number, status: string]>> = {
  invalid_request: [400, 'INVALID_ARGUMENT'],
  too_large: [400, 'INVALID_ARGUMENT'],
  forbidden: [403, 'PERMISSION_DENIED'],
  not_found: [404, 'NOT_FOUND'],
  rate_limit: [429, 'RESOURCE_EXHAUSTED'],
  overloaded: [503, 'UNAVAILABLE'],
  timeout: [504, 'DEADLINE_EXCEEDED'],
};

export function writeFailure(failure: AnswerFailure): JsonObject {
  const [code, status] = STATUSES[failure.kind] ?? [500, 'INTERNAL'];
  return { error: { code, message: failure.message, status } };
}

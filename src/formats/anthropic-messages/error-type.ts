import type { ErrorKind } from '../../domain/errors.ts';

const TYPES: Partial<Record<ErrorKind, string>> = {
  invalid_request: 'invalid_request_error',
  authentication: 'authentication_error',
  forbidden: 'permission_error',
  not_found: 'not_found_error',
  too_large: 'request_too_large',
  rate_limit: 'rate_limit_error',
  overloaded: 'overloaded_error',
  timeout: 'timeout_error',
};

const KINDS = new Map(Object.entries(TYPES).map(([kind, type]) => [type, kind as ErrorKind])); // The keys of TYPES.

/** What a failure in mid-stream is called here. */
export function errorType(kind: ErrorKind): string {
  return TYPES[kind] ?? 'api_error';
}

export function errorKind(type: string | undefined): ErrorKind {
  return (type === undefined ? undefined : KINDS.get(type)) ?? 'upstream';
}

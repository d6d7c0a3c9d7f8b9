import { Buffer } from 'node:buffer';
import type { Format } from '../domain/format.ts';
import type { TranslatedError } from './translate-error.ts';

interface ProviderError {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
}

type Dialect = (error: ProviderError) => TranslatedError;

/** How each format says what a provider of another format complained of. */
export const ERROR_DIALECTS: Record<Format, Dialect> = {
  'anthropic-messages': asAnthropic,
  'openai-chat': asOpenAi,
  'openai-responses': asOpenAi,
  gemini: asGemini,
};

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function asAnthropic(error: ProviderError): TranslatedError {
  // 503 and 529 mean the same; clients of this format know the latter.
  const status = error.status === 503 ? 529 : error.status;
  const type = ANTHROPIC_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return write(status, { type: 'error', error: { type, message: error.message } });
}

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  401: 'invalid_request_error',
  402: 'insufficient_quota',
  429: 'rate_limit_exceeded',
};

function asOpenAi(error: ProviderError): TranslatedError {
  const status = error.status === 529 ? 503 : error.status === 402 ? 429 : error.status;
  const fallback = status < 500 ? 'invalid_request_error' : 'server_error';
  const type = OPENAI_TYPES[error.status] ?? fallback;
  const code = error.status === 401 ? 'invalid_api_key' : (error.code ?? type);
  return write(status, { error: { message: error.message, type, param: null, code } });
}

const GEMINI_STATUSES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function asGemini(error: ProviderError): TranslatedError {
  const status = error.status === 529 ? 503 : error.status === 402 ? 429 : error.status;
  const name = GEMINI_STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return write(status, { error: { code: status, message: error.message, status: name } });
}

function write(status: number, envelope: unknown): TranslatedError {
  return { status, body: Buffer.from(JSON.stringify(envelope), 'utf8') };
}

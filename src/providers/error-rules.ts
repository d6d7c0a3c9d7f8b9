import type { ErrorRule } from '../domain/refusal.ts';

/**
 * Z.ai's codes, which stand in the body under changing HTTP statuses.
 * Source: its API documentation, error codes; 1302 is one request in flight per key on its coding plans.
 */
export const ZAI_ERRORS: readonly ErrorRule[] = [
  { codes: ['1000', '1001', '1002', '1003', '1004'], meaning: 'key-refused' },
  { statuses: [434], meaning: 'key-refused' },
  { codes: ['1110', '1111', '1112', '1113', '1120', '1121', '1309'], meaning: 'credits' },
  { codes: ['1210', '1212', '1213', '1214', '1215', '1261', '1301'], meaning: 'client-error' },
  { statuses: [435], meaning: 'client-error' },
  { codes: ['1211', '1311'], meaning: 'model-unavailable' },
  { codes: ['1302'], meaning: 'concurrency' },
  { codes: ['1303'], meaning: 'rate-limit' },
  { codes: ['1304', '1308', '1310', '1313'], meaning: 'window' },
  { codes: ['1305', '1312'], meaning: 'overloaded' },
];

/** OpenRouter tells what its own provider said in `metadata.error_type`, and names the daily limit of free models. */
export const OPENROUTER_ERRORS: readonly ErrorRule[] = [
  // The limit of the free models; those that are paid for go on.
  { statuses: [429], words: ['free-models-per-day', 'per-day'], meaning: 'model-window' },
  { codes: ['provider_overloaded', 'provider_unavailable'], meaning: 'overloaded' },
  { codes: ['rate_limit_exceeded'], meaning: 'rate-limit' },
  { statuses: [403], words: ['moderation', 'flagged'], meaning: 'client-error' },
];

import { headerValue, type RawHeaders } from '../domain/headers.ts';
import type { ErrorRule, RefusalMeaning } from '../domain/refusal.ts';
import type { LimitField } from '../domain/target-quirks.ts';
import { wantedLimitField } from './wanted-limit-field.ts';
import { readErrorBody, type ErrorBodyFacts } from './error-body.ts';
import { tierOfWindow } from './quota.ts';
import { readWait, retryAfterMs } from './retry-after.ts';

/** An answer that is no success, with as much of its body as was read. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** Whether the credential was the gateway's own: only then may its refusal be hidden from the client. */
  readonly ownCredential: boolean;
  /** What is known about this provider's wording; comes before what everybody means. */
  readonly rules: readonly ErrorRule[];
  /** Wall clock, milliseconds. */
  readonly now: number;
}

export interface Refusal {
  readonly meaning: RefusalMeaning;
  /** What the provider asks to wait, in milliseconds; `undefined` when it does not say. */
  readonly retryAfterMs: number | undefined;
  /** The name the output limit should have had, where the refusal complains about that. */
  readonly limitField?: LimitField | undefined;
}

/** Statuses and body of a refusal → what it means. */
export function classifyAnswer(answer: RefusedAnswer): Refusal {
  const facts = readErrorBody(answer.body);
  const wait = retryAfterMs(answer.headers, answer.now) ?? readWait(facts.wait, answer.now);
  const rule = [...answer.rules, ...COMMON_RULES].find((candidate) => fits(candidate, answer.status, facts));
  const meaning = rule?.meaning ?? byStatus(answer, wait);
  const complains = meaning === 'client-error' && (answer.status === 400 || answer.status === 422);
  const limitField = complains ? wantedLimitField(facts.text) : undefined;
  return {
    meaning: forCaller(meaning, answer),
    retryAfterMs: wait,
    ...(limitField === undefined ? {} : { limitField }),
  };
}

/** An error inside a 200, by the type or code it names. */
export function classifyStreamError(code: string, rules: readonly ErrorRule[]): RefusalMeaning {
  const facts: ErrorBodyFacts = { codes: [code.toLowerCase()], text: code.toLowerCase() };
  const rule = [...rules, ...COMMON_RULES, ...STREAM_RULES].find((candidate) => fits(candidate, 200, facts));
  return rule?.meaning ?? 'server-error';
}

/** Wordings that several vendors and the servers people host themselves share. */
const COMMON_RULES: readonly ErrorRule[] = [
  {
    statuses: [429, 500, 502, 503, 529],
    words: ['rate increased too quickly', 'scale requests more smoothly', 'ramp_limit_exceeded'],
    meaning: 'ramp-up',
  },
  { codes: ['insufficient_quota', 'billing_hard_limit_reached', 'billing_error'], meaning: 'credits' },
  // DashScope's words.
  { statuses: [429], codes: ['throttling.allocationquota'], meaning: 'window' },
  { codes: ['overloaded_error', 'engine_overloaded', 'engine_overloaded_error'], meaning: 'overloaded' },
  {
    statuses: [400, 404, 422],
    codes: ['model_not_found', 'model_not_supported', 'unsupported_model', 'deploymentnotfound'],
    meaning: 'model-unavailable',
  },
  {
    statuses: [400, 422],
    words: [
      'model not found',
      'not a valid model',
      'unknown model',
      'no endpoints found',
      'model does not exist',
      'model is not available',
      'model has been deprecated',
    ],
    meaning: 'model-unavailable',
  },
];

const STREAM_RULES: readonly ErrorRule[] = [
  {
    codes: ['overloaded', 'provider_overloaded', 'service_unavailable', '503', '529'],
    meaning: 'overloaded',
  },
  {
    codes: ['rate_limit_error', 'rate_limit_exceeded', 'resource_exhausted', '429'],
    meaning: 'rate-limit',
  },
  {
    codes: [
      'invalid_request_error',
      'request_too_large',
      'context_length_exceeded',
      'invalid_argument',
      '400',
    ],
    meaning: 'client-error',
  },
];

function fits(rule: ErrorRule, status: number, { codes, text }: ErrorBodyFacts): boolean {
  if (rule.statuses !== undefined && !rule.statuses.includes(status)) return false;
  if (rule.codes !== undefined && !rule.codes.some((code) => codes.includes(code))) return false;
  return rule.words === undefined || rule.words.some((words) => text.includes(words));
}

/** A subscription's window that is used up says so in a header; a short throttle does not. */
const WINDOW_MS = 60_000;

function byStatus({ status, headers }: RefusedAnswer, wait: number | undefined): RefusalMeaning {
  if (status === 429) {
    const rejected = headerValue(headers, 'anthropic-ratelimit-unified-status') === 'rejected';
    if (!rejected || wait === undefined || wait <= WINDOW_MS) return 'rate-limit';
    const claim = headerValue(headers, 'anthropic-ratelimit-unified-representative-claim') ?? '';
    return tierOfWindow(claim) === undefined ? 'window' : 'model-window';
  }
  if (status === 503 || status === 529) return 'overloaded';
  if (status === 404 || status === 410) return 'model-unavailable';
  if (status === 401 || status === 403) return 'key-refused';
  if (status === 402) return 'credits';
  return status >= 500 || status === 408 ? 'server-error' : 'client-error';
}

/** What is wrong with the caller's own key or account is the caller's business. */
function forCaller(meaning: RefusalMeaning, { ownCredential, status }: RefusedAnswer): RefusalMeaning {
  if (ownCredential || meaning !== 'key-refused') return meaning;
  return status === 401 || status === 403 || status < 500 ? 'client-error' : meaning;
}

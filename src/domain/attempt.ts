import type { ErrorCode } from './errors.ts';
import type { Origin } from './origin.ts';
import type { Usage } from './usage.ts';

/** How one upstream try ended. */
export type AttemptOutcome =
  /** The provider answered in full; the status may still be an error of its own. */
  | { readonly kind: 'answered'; readonly status: number }
  /** The answer began and broke off. */
  | { readonly kind: 'broken'; readonly status: number; readonly error: ErrorCode }
  /** No answer began. */
  | { readonly kind: 'failed'; readonly error: ErrorCode; readonly sent: SentState }
  /** The client went away. `status` is known when the answer had begun. */
  | { readonly kind: 'aborted'; readonly status: number | undefined };

/** What is known of a request that got no answer: `not-sent` surely billed nothing, `maybe-sent` may have. */
export type SentState = 'not-sent' | 'maybe-sent';

/** Who pays for an attempt: `subscription` is a caller's flat plan (OAuth), where tokens cost no extra dollars. */
type Billing = 'metered' | 'subscription';

/** One upstream try, as it is recorded. Times in milliseconds; durations are monotonic. */
export interface AttemptRecord {
  readonly id: string;
  readonly exchange: string;
  /** 0 for the first try of an exchange. */
  readonly ordinal: number;
  readonly provider: string;
  readonly origin: Origin;
  readonly credentialOwner: 'caller' | 'gateway' | 'none';
  readonly requestedModel: string | undefined;
  /** The model name put into the upstream request. */
  readonly sentModel: string | undefined;
  /** The model the provider says it answered with. */
  readonly servedModel: string | undefined;
  readonly startedAt: number;
  /** Request sent → first byte of content (streams) or of the body. */
  readonly ttftMs: number | undefined;
  readonly totalMs: number;
  readonly outcome: AttemptOutcome;
  readonly http2: boolean;
  /** The provider's own request id, from `request-id` or `x-request-id`. */
  readonly upstreamRequestId: string | undefined;
  readonly usage: Usage;
  /** `exact`: the provider said so in full; `partial`: the answer broke off; `estimated`: counted here. */
  readonly usageQuality: 'exact' | 'partial' | 'estimated' | 'none';
  readonly stopReason: string | undefined;
  readonly toolCalls: number;
  /** Taken as `metered` when absent. */
  readonly billing?: Billing | undefined;
  /** `shadow` is the second answer of a comparison; it counts as no request of the client. `primary` when absent. */
  readonly role?: 'primary' | 'shadow' | undefined;
  /** Why this try was made, where it is not the route's first choice: `net_fallback`, `h1_retry`, … */
  readonly reason?: string | undefined;
}

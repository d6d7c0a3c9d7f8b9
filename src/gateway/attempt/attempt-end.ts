import type { GatewayError } from '../../domain/errors.ts';
import type { RetryVerdict } from '../../guard/retry-policy.ts';
import type { Pass } from '../../guard/target-registry.ts';
import type { Gateway } from '../gateway.ts';
import type { CancelReason, OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** How a try ended, as far as the exchange has to go on from it. */
export type AttemptEnd =
  /** The client has its answer, whole or broken off; nothing is left to do. */
  | { readonly kind: 'delivered'; readonly served: boolean }
  /** Nothing reached the client. `error` is what to tell it if no other try follows. */
  | { readonly kind: 'undelivered'; readonly verdict: RetryVerdict; readonly error: GatewayError }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason };

export interface AttemptInput {
  readonly gateway: Gateway;
  readonly exchange: OpenExchange;
  readonly prepared: PreparedRequest;
  readonly pass: Pass;
  /** Whether this target was already tried in this exchange. */
  readonly retried: boolean;
  readonly targetsLeft: number;
}

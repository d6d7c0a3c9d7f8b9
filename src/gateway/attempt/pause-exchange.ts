import type { CancelReason, OpenExchange } from '../open-exchange.ts';

/** How a wait inside an exchange ended. */
export type PauseEnd =
  /** The time is over, or what was waited for has come. */
  { readonly kind: 'over' } | { readonly kind: 'cancelled'; readonly reason: CancelReason };

/**
 * Waits for a time; a client that leaves, or a shutdown, ends the wait at once.
 * @param wake gets a function that ends the wait early
 */
export function pauseExchange(
  exchange: OpenExchange,
  milliseconds: number,
  wake: (now: () => void) => void = () => undefined,
): Promise<PauseEnd> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const end = (result: PauseEnd): void => {
      clearTimeout(timer);
      exchange.cancel = undefined;
      exchange.waitedMs += performance.now() - startedAt;
      resolve(result);
    };
    const timer = setTimeout(() => end({ kind: 'over' }), milliseconds);
    const cancel = (reason: CancelReason): void => end({ kind: 'cancelled', reason });
    exchange.cancel = cancel; // Not written here: see `Attempt.start`.
    wake(() => end({ kind: 'over' }));
  });
}

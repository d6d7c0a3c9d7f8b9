/** Reads `circuit_breaker_state.json` of claude-code-proxy (Python): models by name, without their providers. */
import { z } from 'zod';
import type { TargetKey } from './target-key.ts';

const predecessorSchema = z.record(
  z.string(),
  z.object({
    state: z.string(),
    failure_count: z.number().default(0),
    /** Seconds since the epoch. */
    last_failure_time: z.number().nullish(),
  }),
);

/** A breaker to open. */
export interface ImportedBreaker {
  readonly key: TargetKey;
  readonly forMs: number;
}

/**
 * The breakers that still have to stay open, for every target that asks for one of their models.
 * @param targets those the configuration can reach
 * @param options.timeout how long a breaker stays open, milliseconds @param options.now wall clock, milliseconds
 * @returns `undefined` when the value is no such file
 */
export function importPredecessorState(
  value: unknown,
  targets: readonly TargetKey[],
  options: { readonly timeout: number; readonly now: number },
): readonly ImportedBreaker[] | undefined {
  const file = predecessorSchema.safeParse(value).data;
  if (file === undefined) return undefined;
  return Object.entries(file).flatMap(([model, { state, last_failure_time: failedAt }]) => {
    if (!/^open$|half/i.test(state)) return [];
    const left = (failedAt ?? 0) * 1000 + options.timeout - options.now;
    const forMs = Math.min(options.timeout, Math.max(0, left));
    return targets.filter((target) => target.model === model).map((key) => ({ key, forMs }));
  });
}

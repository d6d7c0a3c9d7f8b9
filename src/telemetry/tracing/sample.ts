import type { Sampling } from '../../config/build/tracing-settings.ts';
import type { TraceParent } from '../../lib/trace-parent.ts';

/** The last 56 bits of a trace id are its randomness (W3C Trace Context level 2). */
const RANDOM_DIGITS = 14;
const RANDOM_RANGE = 2 ** 56;

/** Whether a request is traced. The same trace gets the same answer everywhere. */
export function isSampled(sampling: Sampling, traceId: string, parent: TraceParent | undefined): boolean {
  if (parent !== undefined && sampling.followsParent) return parent.sampled;
  if (sampling.ratio >= 1) return true;
  return Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) >= (1 - sampling.ratio) * RANDOM_RANGE;
}

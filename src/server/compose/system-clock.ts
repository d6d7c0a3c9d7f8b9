import type { Clock } from '../../lib/clock.ts';

/** The time of this machine; everything below gets it from here. */
export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

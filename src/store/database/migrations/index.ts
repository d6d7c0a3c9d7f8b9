import { attemptsMigration } from './0001-attempts.ts';
import { lanesMigration } from './0002-lanes.ts';
import { pairsMigration } from './0003-pairs.ts';

/** In order; the number of a schema is how many have run. Only ever append: there is no way back. */
export const MIGRATIONS: readonly string[] = [attemptsMigration, lanesMigration, pairsMigration];

import { attemptsMigration } from './0001-attempts.ts';
import { pairsMigration } from './0002-pairs.ts';

/** In order; the number of a schema is how many have run. Only ever append: there is no way back. */
export const MIGRATIONS: readonly string[] = [attemptsMigration, pairsMigration];

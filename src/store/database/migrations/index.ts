import { attemptsMigration } from './0001-attempts.ts';

/** In order; the number of a schema is how many have run. Only ever append: there is no way back. */
export const MIGRATIONS: readonly string[] = [attemptsMigration];

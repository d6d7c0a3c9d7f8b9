import type { PairAnswer, PairDiff } from '../../domain/pair.ts';

/** What stands as JSON in the column `detail` of a pair. */
export interface StoredPairDetail {
  readonly primary: PairAnswer | undefined;
  readonly shadow: PairAnswer | undefined;
  readonly diff: PairDiff | undefined;
}

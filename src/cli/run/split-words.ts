import { TIERS, type Tier } from '../../domain/tier.ts';

export interface RunWords {
  readonly tier: Tier | undefined;
  /** What goes to the client, untouched. */
  readonly rest: readonly string[];
}

/** What stands behind `run claude`: an optional tier, an optional `--`, and the client's own words. */
export function splitRunWords(words: readonly string[]): RunWords {
  const tier = TIERS.find((name) => name === words[0]);
  const behind = tier === undefined ? words : words.slice(1);
  return { tier, rest: behind[0] === '--' ? behind.slice(1) : behind };
}

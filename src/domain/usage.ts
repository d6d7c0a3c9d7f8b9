/**
 * Tokens of one attempt, in one meaning for all formats. `undefined` is unknown, `0` is none.
 * `input`, `cacheRead` and both cache writes are disjoint; the prompt's size is their sum.
 */
export interface Usage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly cacheRead: number | undefined;
  /** Cache writes that live five minutes, and those whose lifetime the provider did not tell. */
  readonly cacheWrite5m: number | undefined;
  readonly cacheWrite1h: number | undefined;
  /** Part of `output` spent on reasoning. */
  readonly reasoning: number | undefined;
  /** Server-side tool calls (web search and the like), counted in calls. */
  readonly serverToolCalls: number | undefined;
}

export const UNKNOWN_USAGE: Usage = Object.freeze({
  input: undefined,
  output: undefined,
  cacheRead: undefined,
  cacheWrite5m: undefined,
  cacheWrite1h: undefined,
  reasoning: undefined,
  serverToolCalls: undefined,
});

/** Takes what `update` knows and keeps the rest: usage reports are cumulative, and nulls mean "no news". */
export function mergeUsage(known: Usage, update: Partial<Usage>): Usage {
  return {
    input: update.input ?? known.input,
    output: update.output ?? known.output,
    cacheRead: update.cacheRead ?? known.cacheRead,
    cacheWrite5m: update.cacheWrite5m ?? known.cacheWrite5m,
    cacheWrite1h: update.cacheWrite1h ?? known.cacheWrite1h,
    reasoning: update.reasoning ?? known.reasoning,
    serverToolCalls: update.serverToolCalls ?? known.serverToolCalls,
  };
}

/** Tokens of several attempts together; what none of them tells is unknown. */
export function sumUsage(usages: readonly Usage[]): Usage {
  return usages.length === 1 ? (usages[0] ?? UNKNOWN_USAGE) : usages.reduce(plus, UNKNOWN_USAGE);
}

function plus(one: Usage, other: Usage): Usage {
  return {
    input: sumOf(one.input, other.input),
    output: sumOf(one.output, other.output),
    cacheRead: sumOf(one.cacheRead, other.cacheRead),
    cacheWrite5m: sumOf(one.cacheWrite5m, other.cacheWrite5m),
    cacheWrite1h: sumOf(one.cacheWrite1h, other.cacheWrite1h),
    reasoning: sumOf(one.reasoning, other.reasoning),
    serverToolCalls: sumOf(one.serverToolCalls, other.serverToolCalls),
  };
}

/** Tokens written to the cache, whatever their lifetime. */
export function cacheWrites({ cacheWrite5m, cacheWrite1h }: Usage): number | undefined {
  return sumOf(cacheWrite5m, cacheWrite1h);
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

/** All prompt tokens, cached or not; `undefined` when none of the parts is known. */
export function promptTokens(
  usage: Pick<Usage, 'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>,
): number | undefined {
  const parts = [usage.input, usage.cacheRead, usage.cacheWrite5m, usage.cacheWrite1h];
  if (parts.every((part) => part === undefined)) return undefined;
  return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

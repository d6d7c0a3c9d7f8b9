import type { AttemptRecord } from '../../domain/attempt.ts';
import { promptTokens, type Usage } from '../../domain/usage.ts';
import type { SpanAttributes, SpanValue } from './span.ts';

/** Attributes while they are gathered. Nothing is said of what is not known. */
export class AttributeSet {
  readonly #list: SpanValue[] = [];

  get list(): SpanAttributes {
    return this.#list;
  }

  put(name: string, value: SpanValue | undefined): this {
    if (value !== undefined) this.#list.push(name, value);
    return this;
  }
}

/** The try whose answer the client got, or the last one. */
export function deciding(attempts: readonly AttemptRecord[]): AttemptRecord | undefined {
  return attempts.findLast(({ role }) => role !== 'shadow');
}

/** The name a model answers by, as far as anybody told. */
export function modelOf(attempt: AttemptRecord): string | undefined {
  return attempt.servedModel ?? attempt.sentModel ?? attempt.requestedModel;
}

/** Tokens of all tries together, as the ledger counts them. */
export interface TokenCounts {
  readonly prompt: number | undefined;
  readonly completion: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly reasoning: number | undefined;
}

export function tokenCounts(attempts: readonly AttemptRecord[]): TokenCounts {
  const usages = attempts.filter(({ role }) => role !== 'shadow').map(({ usage }) => usage);
  const total = (count: (usage: Usage) => number | undefined): number | undefined => {
    let sum: number | undefined;
    for (const usage of usages) {
      const known = count(usage);
      if (known !== undefined) sum = (sum ?? 0) + known;
    }
    return sum;
  };
  return {
    prompt: total(promptTokens),
    completion: total(({ output }) => output),
    cacheRead: total(({ cacheRead }) => cacheRead),
    cacheWrite: total(cacheWrites),
    reasoning: total(({ reasoning }) => reasoning),
  };
}

function cacheWrites({ cacheWrite5m, cacheWrite1h }: Usage): number | undefined {
  if (cacheWrite5m === undefined) return cacheWrite1h;
  return cacheWrite5m + (cacheWrite1h ?? 0);
}

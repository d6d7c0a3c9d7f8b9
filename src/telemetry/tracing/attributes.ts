import type { AttemptRecord } from '../../domain/attempt.ts';
import { cacheWrites, promptTokens, sumUsage } from '../../domain/usage.ts';
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

/** Without the copy of a comparison, which is in no figure of the request: it has a span of its own. */
export function clientsOwn(attempts: readonly AttemptRecord[]): readonly AttemptRecord[] {
  return attempts.filter(({ role }) => role !== 'shadow');
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
  const usage = sumUsage(clientsOwn(attempts).map(({ usage }) => usage));
  return {
    prompt: promptTokens(usage),
    completion: usage.output,
    cacheRead: usage.cacheRead,
    cacheWrite: cacheWrites(usage),
    reasoning: usage.reasoning,
  };
}

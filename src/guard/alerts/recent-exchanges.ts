import type { ExchangeRecord } from '../../domain/exchange.ts';
import type { AlertFilter } from './alert-rule.ts';

/** The little that rules need to know of an exchange. */
export interface RecentExchange {
  /** Monotonic, milliseconds; when it ended. */
  readonly at: number;
  readonly failed: boolean;
  readonly totalMs: number;
  readonly ttftMs: number | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly tier: string | undefined;
  readonly client: string;
  readonly project: string | undefined;
  readonly user: string | undefined;
}

/** Beyond this the oldest are forgotten: a window is then shorter than it was asked to be. */
export const MOST_RECENT = 50_000;

/** The exchanges of the last while. A client that went away is no failure of ours, and no measure of time either. */
export class RecentExchanges {
  readonly #windowMs: number;
  #entries: RecentExchange[] = [];
  /** How many entries at the beginning are too old; dropped in bulk. */
  #stale = 0;

  /** @param windowMs the longest that is ever asked for */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add({ record, now }: { readonly record: ExchangeRecord; readonly now: number }): void {
    const { outcome } = record;
    if (record.kind.operation !== 'generate' || outcome.kind === 'aborted') return;
    const attempt = record.attempts.at(-1);
    this.#entries.push({
      at: now,
      failed: outcome.kind !== 'answered' || outcome.status >= 400,
      totalMs: record.totalMs,
      ttftMs: attempt?.ttftMs,
      provider: attempt?.provider,
      model: attempt?.servedModel ?? attempt?.sentModel,
      tier: record.decision?.tier,
      client: record.client.name,
      project: record.labels.project,
      user: record.labels.user,
    });
    this.#forget(now);
  }

  /** Puts those that ended before all others in front, oldest first. */
  takeUp(earlier: readonly RecentExchange[]): void {
    this.#entries = [...earlier, ...this.#entries.slice(this.#stale)];
    this.#stale = 0;
  }

  /** Those that ended within the window and fit the filter, oldest first. */
  since(from: number, only: AlertFilter): RecentExchange[] {
    const wanted = Object.entries(only).filter(([, value]) => value !== undefined);
    return this.#entries.filter(
      (entry) =>
        entry.at >= from && wanted.every(([name, value]) => entry[name as keyof AlertFilter] === value),
    );
  }

  #forget(now: number): void {
    const oldest = now - this.#windowMs;
    while ((this.#entries[this.#stale]?.at ?? Infinity) < oldest) this.#stale += 1;
    const excess = this.#entries.length - MOST_RECENT;
    const useless = Math.max(this.#stale, excess);
    if (useless < Math.max(1_000, this.#entries.length / 4)) return;
    this.#entries = this.#entries.slice(useless);
    this.#stale = 0;
  }
}

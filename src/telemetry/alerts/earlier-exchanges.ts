import type { ExchangeSummary, LedgerQueries } from '../../domain/ledger.ts';
import { MOST_RECENT, type RecentExchange } from '../../guard/alerts/recent-exchanges.ts';
import type { Clock } from '../../lib/clock.ts';

export type AskExchanges = (
  query: LedgerQueries['exchanges']['input'],
) => Promise<LedgerQueries['exchanges']['output']>;

export interface EarlierInput {
  readonly exchanges: AskExchanges;
  readonly clock: Clock;
  /** Wall clock, milliseconds: what ended later is known already. */
  readonly before: number;
  readonly windowMs: number;
}

/** Pages are asked for by the time a request began, and an answer takes its time; longer ones are rare. */
const LONGEST_ANSWER_MS = 600_000;
const PAGE = 500;

/**
 * The exchanges of the window that ended before they were watched, from the ledger, oldest first: a gateway that has just
 * been started judges as if it had been there all the time.
 * @throws LedgerUnavailable when the ledger cannot be asked
 */
export async function earlierExchanges(input: EarlierInput): Promise<RecentExchange[]> {
  const { exchanges, clock, before, windowMs } = input;
  const from = before - windowMs;
  const since = from - LONGEST_ANSWER_MS;
  const monotonicOfWall = clock.monotonic() - clock.now();
  const found: RecentExchange[] = [];
  let cursor: string | undefined;
  do {
    const page = await exchanges({ since, until: before, limit: PAGE, cursor });
    for (const exchange of page.exchanges) {
      const endedAt = exchange.receivedAt + (exchange.totalMs ?? Infinity);
      if (endedAt >= from && endedAt <= before && counts(exchange))
        found.push(recentOf(exchange, endedAt + monotonicOfWall));
    }
    cursor = page.next;
  } while (cursor !== undefined && found.length < MOST_RECENT);
  return found.toSorted((one, other) => one.at - other.at);
}

function counts({ operation, outcome }: ExchangeSummary): boolean {
  return operation === 'generate' && outcome !== 'aborted' && outcome !== 'interrupted';
}

function recentOf(exchange: ExchangeSummary, at: number): RecentExchange {
  const { outcome, status } = exchange;
  return {
    at,
    failed: outcome !== 'answered' || (status ?? 0) >= 400,
    totalMs: exchange.totalMs ?? 0,
    ttftMs: exchange.ttftMs ?? undefined,
    provider: exchange.provider ?? undefined,
    model: exchange.model ?? undefined,
    tier: exchange.tier ?? undefined,
    client: exchange.client,
    project: exchange.project ?? undefined,
    user: exchange.user ?? undefined,
  };
}

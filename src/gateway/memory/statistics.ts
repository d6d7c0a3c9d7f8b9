import type { ExchangeRecord } from '../../domain/exchange.ts';

/** Sums since start, of what clients were answered. Forwarded paths and token counts are not requests. */
export interface Statistics {
  totalRequests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  toolCalls: number;
  failedRequests: number;
  abortedRequests: number;
  /** For which no provider was asked: refused here, or given up before. In none of the other counts. */
  unaskedRequests: number;
  /** What translations left out or changed, counted over all requests. */
  translationWarnings: number;
}

export interface StatisticsCounter {
  readonly record: (record: ExchangeRecord) => void;
  readonly totals: Readonly<Statistics>;
}

/** Counts every exchange once; of its attempts, all that used tokens. */
export function createStatistics(): StatisticsCounter {
  const totals: Statistics = {
    totalRequests: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    toolCalls: 0,
    failedRequests: 0,
    abortedRequests: 0,
    unaskedRequests: 0,
    translationWarnings: 0,
  };
  return {
    totals,
    record: (record) => {
      if (record.kind.operation !== 'generate') return;
      if (record.attempts.length === 0) {
        totals.unaskedRequests += 1;
        return;
      }
      totals.totalRequests += 1;
      totals.translationWarnings += record.warnings?.length ?? 0;
      if (record.outcome.kind === 'aborted') totals.abortedRequests += 1;
      else if (record.outcome.kind !== 'answered' || record.outcome.status >= 400) totals.failedRequests += 1;
      for (const { usage, toolCalls } of record.attempts) {
        totals.inputTokens += usage.input ?? 0;
        totals.outputTokens += usage.output ?? 0;
        totals.cacheReadTokens += usage.cacheRead ?? 0;
        totals.cacheWriteTokens += (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0);
        totals.toolCalls += toolCalls;
      }
    },
  };
}

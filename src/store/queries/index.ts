import type { DatabaseSync } from 'node:sqlite';
import type { LedgerQueries, LedgerQueryName } from '../../domain/ledger.ts';
import type { FoundPrice, PriceBook, PriceQuery } from '../../pricing/price-book.ts';
import { queryAudit, queryPromptScale } from './audit.ts';
import { queryExchange, queryExchanges, queryRecent } from './exchanges.ts';
import { queryExportPage } from './export.ts';
import type { ExportPage, ExportPageQuery } from './export.ts';
import { queryPairStats } from './pair-stats.ts';
import { judgePair, queryPair, queryPairs } from './pairs.ts';
import { querySamples } from './samples.ts';
import { queryTotals, queryUsage } from './usage/usage.ts';

/** What the worker answers: the ledger's queries, and the pages its export is made of. */
export interface StoreQueries extends LedgerQueries {
  readonly price: { input: PriceQuery; output: FoundPrice | undefined };
  readonly exportPage: { input: ExportPageQuery; output: ExportPage };
}

export type StoreQueryName = LedgerQueryName | 'exportPage' | 'price';

export interface QueryContext {
  readonly database: DatabaseSync;
  /** When this process began to record. */
  readonly startedAt: number;
  readonly prices: PriceBook;
}

type Answers = {
  readonly [Name in StoreQueryName]: (
    context: QueryContext,
    input: StoreQueries[Name]['input'],
  ) => StoreQueries[Name]['output'];
};

const ANSWERS: Answers = {
  usage: ({ database }, input) => queryUsage(database, input),
  stats: ({ database, startedAt }) => ({
    sinceStart: queryTotals(database, { since: startedAt }),
    allTime: queryTotals(database, {}),
  }),
  samples: ({ database }, input) => querySamples(database, input),
  exchanges: ({ database }, input) => queryExchanges(database, input),
  recent: ({ database }, input) => queryRecent(database, input),
  exchange: ({ database }, { id }) => queryExchange(database, id),
  promptScale: ({ database }, input) => queryPromptScale(database, input),
  audit: ({ database }) => queryAudit(database),
  pairs: ({ database }, input) => queryPairs(database, input),
  pair: ({ database }, { id }) => queryPair(database, id),
  pairStats: ({ database }, input) => queryPairStats(database, input),
  judgePair: ({ database }, input) => judgePair(database, input),
  price: ({ prices }, input) => prices.find(input),
  exportPage: ({ database }, input) => queryExportPage(database, input),
};

export function answerQuery<Name extends StoreQueryName>(
  context: QueryContext,
  name: Name,
  input: StoreQueries[Name]['input'],
): StoreQueries[Name]['output'] {
  return ANSWERS[name](context, input);
}

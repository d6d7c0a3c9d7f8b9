import type { TextStream } from '../../contract/endpoint.ts';
import type { EndpointHandlers, InputOf } from '../../contract/endpoints.ts';
import type { StatsWithLedger } from '../../contract/stats.ts';
import { DIMENSIONS, type DimensionName } from '../../contract/usage-query.ts';
import { GatewayError } from '../../domain/errors.ts';
import {
  LedgerUnavailable,
  type Ledger,
  type LedgerQueries,
  type LedgerQueryName,
  type UsageFilter,
} from '../../domain/ledger.ts';
import {
  allTimeBody,
  exchangeBody,
  exchangeDetailBody,
  sampleBody,
  sumInDollars,
  timeOf,
  usageTotalsBody,
} from './usage-bodies.ts';

type UsageEndpoint = 'samples' | 'rollups' | 'exchanges' | 'exchange' | 'recent' | 'export';

/** The part of the admin API that the ledger answers. Every answer holds what had ended when it was asked. */
export function createUsageHandlers(ledger: Ledger): Pick<EndpointHandlers<unknown>, UsageEndpoint> {
  return {
    samples: async (_, { query }) => {
      const { since, until, limit, cursor } = query;
      const filter = filterOf(query);
      const { samples, next } = await ask(ledger, 'samples', { since, until, limit, cursor, filter });
      return { status: 200, body: { samples: samples.map(sampleBody), next: next ?? null } };
    },
    rollups: async (_, { query }) => ({ status: 200, body: await rollups(ledger, query) }),
    exchanges: async (_, { query }) => {
      const { since, until, limit, cursor } = query;
      const filter = filterOf(query);
      const { exchanges, next } = await ask(ledger, 'exchanges', { since, until, limit, cursor, filter });
      return { status: 200, body: { exchanges: exchanges.map(exchangeBody), next: next ?? null } };
    },
    recent: async (_, { query }) => {
      const { exchanges, last } = await ask(ledger, 'recent', query);
      return { status: 200, body: { exchanges: exchanges.map(exchangeBody), last } };
    },
    exchange: async (_, { parameters: { id } }) => {
      const detail = await ask(ledger, 'exchange', { id });
      if (detail === undefined) throw new GatewayError('not_recorded', `No exchange ${id} is recorded.`);
      return { status: 200, body: exchangeDetailBody(detail) };
    },
    export: async (_, { query }) => ({ status: 200, body: await exportText(ledger, query) }),
  };
}

/** What the ledger adds to the statistics; nothing while it cannot be asked, for those must always answer. */
export async function ledgerStats(
  ledger: Ledger,
): Promise<Pick<StatsWithLedger, 'cost_usd' | 'list_cost_usd' | 'unpriced' | 'all_time'>> {
  try {
    const { sinceStart, allTime } = await ask(ledger, 'stats', {});
    return {
      cost_usd: sumInDollars(sinceStart, sinceStart.spent),
      list_cost_usd: sumInDollars(sinceStart, sinceStart.list),
      unpriced: sinceStart.unpriced,
      all_time: allTimeBody(allTime),
    };
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    return { cost_usd: null, list_cost_usd: null, unpriced: null, all_time: null };
  }
}

async function rollups(ledger: Ledger, query: InputOf<'rollups'>['query']) {
  const { granularity, since, until, limit, cursor } = query;
  const names = query.by ?? [];
  const report = await ask(ledger, 'usage', {
    by: names.map((name) => DIMENSIONS[name]),
    bucket: granularity === 'all' ? undefined : granularity,
    since,
    until,
    limit,
    cursor,
    filter: filterOf(query),
  });
  const rows = report.rows.map((row) => {
    const by = names.map((name): [string, string | null] => [name, row.key[DIMENSIONS[name]] ?? null]);
    const { ts, time } = row.bucket === undefined ? NO_TIME : timeOf(row.bucket);
    return { bucket: ts, time, by: Object.fromEntries(by), ...usageTotalsBody(row) };
  });
  const { total, next } = report;
  return {
    granularity,
    rollups: rows,
    total: usageTotalsBody(total),
    truncated: next !== undefined,
    next: next ?? null,
  };
}

const NO_TIME = { ts: null, time: null };

/** The first piece is had before the answer begins: a ledger that cannot be asked is an error, not a short file. */
async function exportText(ledger: Ledger, query: InputOf<'export'>['query']): Promise<TextStream> {
  const { format, since, until } = query;
  await ledger.settle();
  const pieces = ledger.export({ format, since, until, filter: filterOf(query) })[Symbol.asyncIterator]();
  const first = await pieces.next();
  return {
    contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
    pieces: chained(first, pieces),
  };
}

async function* chained(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let piece = first; piece.done !== true; piece = await rest.next()) yield piece.value;
  } finally {
    await rest.return?.();
  }
}

async function ask<Name extends LedgerQueryName>(
  ledger: Ledger,
  name: Name,
  input: LedgerQueries[Name]['input'],
): Promise<LedgerQueries[Name]['output']> {
  await ledger.settle();
  return ledger.query(name, input);
}

/** An empty value asks for what has none. */
function filterOf(query: { readonly [Name in DimensionName]?: string | undefined }): UsageFilter {
  const wanted = Object.entries(DIMENSIONS).flatMap(([name, dimension]) => {
    const value = query[name as DimensionName]; // A key of the table above.
    return value === undefined ? [] : [[dimension, value === '' ? null : value] as const];
  });
  return Object.fromEntries(wanted);
}

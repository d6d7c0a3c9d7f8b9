/**
 * Totals and rollups, page by page. Rows come by bucket first, so a page of buckets is made of as few days as it takes:
 * the first rows of a month cost what they are and not what the month is.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { TimeRange, UsageQuery, UsageReport, UsageTotals } from '../../../domain/ledger.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Place } from '../cursor.ts';
import { addUp, bucketOf, totalsOf, usageRow } from './sum-row.ts';
import type { SumRow } from './sum-row.ts';
import { rolledUpRange, sumRows } from './usage-sums.ts';

const DAY_MS = 86_400_000;
const USUAL_ROWS = 5_000;

export function queryUsage(database: DatabaseSync, query: UsageQuery): UsageReport {
  const limit = Math.max(1, query.limit ?? USUAL_ROWS);
  const from = decodeCursor(query.cursor);
  const found = collectRows(database, query, { from, limit: limit + 1 });
  const page = found.slice(0, limit);
  const isWhole = found.length <= limit;
  return {
    rows: page.map((row) => usageRow(row, query)),
    total: isWhole && from === undefined ? totalsOf(addUp(page)) : queryTotals(database, query),
    next: isWhole ? undefined : encodeCursor(placeBehind(page, from)),
  };
}

/** Of everything that matches, whatever page is asked for. */
export function queryTotals(
  database: DatabaseSync,
  { since, until, filter }: Omit<UsageQuery, 'by'>,
): UsageTotals {
  return totalsOf(addUp(sumRows(database, { by: [], since, until, filter }, { limit: 1, skip: 0 })));
}

interface Wanted {
  /** The bucket to go on in, and how many of its rows have been given. */
  readonly from: Place | undefined;
  readonly limit: number;
}

function collectRows(database: DatabaseSync, query: UsageQuery, { from, limit }: Wanted): SumRow[] {
  let skip = from?.seq ?? 0;
  if (query.bucket === undefined) return sumRows(database, query, { limit, skip });
  const { start, end } = boundsOf(database, query, from);
  let found: SumRow[] = [];
  let days = 1;
  for (let since = start; since < end && found.length < limit; skip = 0) {
    // Cut between days: no bucket lies in two steps.
    const until = Math.min(end, (Math.floor(since / DAY_MS) + days) * DAY_MS);
    const rows = sumRows(database, { ...query, since, until }, { limit: limit - found.length, skip });
    found = found.concat(rows);
    // As many days as are likely to have the rest.
    const likely = Math.ceil(((limit - found.length) * days) / rows.length);
    days = Math.max(1, Math.min(days * 2, likely));
    since = until;
  }
  return found;
}

function boundsOf(
  database: DatabaseSync,
  { since = 0, until = Infinity }: TimeRange,
  from: Place | undefined,
) {
  const known = rolledUpRange(database);
  return { start: Math.max(since, known.since, from?.time ?? 0), end: Math.min(until, known.until) };
}

function placeBehind(page: readonly SumRow[], from: Place | undefined): Place {
  const last = page.at(-1);
  const time = (last && bucketOf(last)) ?? 0;
  const ofBucket = page.filter((row) => (bucketOf(row) ?? 0) === time).length;
  return { time, seq: ofBucket + (from?.time === time ? from.seq : 0) };
}

import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Decision } from '../../domain/decision.ts';
import type {
  ExchangeDetail,
  ExchangePage,
  ExchangeQuery,
  ExchangeSummary,
  RecentExchanges,
  RecentQuery,
} from '../../domain/ledger.ts';
import { allRowsOf } from './builder.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { queryPlaces } from './page.ts';
import { samplesOfExchange } from './samples.ts';
import type { DimensionsTable, ExchangesTable } from './tables.ts';

const USUAL_LIMIT = 50;
const HIGHEST_LIMIT = 500;

/** A page of exchanges, newest first. */
export function queryExchanges(database: DatabaseSync, query: ExchangeQuery): ExchangePage {
  const limit = Math.min(Math.max(1, query.limit ?? USUAL_LIMIT), HIGHEST_LIMIT);
  const places = queryPlaces(database, {
    table: 'exchanges',
    newestFirst: true,
    filter: query.filter,
    since: query.since,
    until: query.until,
    after: decodeCursor(query.cursor),
    limit,
  });
  const shown = places.slice(0, limit);
  const last = shown.at(-1);
  const seqs = sql.raw(shown.map(({ seq }) => seq).join(', '));
  return {
    exchanges: summariesWhere(database, sql`e.seq IN (${seqs})`).map(summaryOf),
    next: places.length > limit && last !== undefined ? encodeCursor(last) : undefined,
  };
}

/** What has ended since, or the newest: in the order of ending, which that of beginning does not tell. */
export function queryRecent(
  database: DatabaseSync,
  { after, limit = USUAL_LIMIT }: RecentQuery,
): RecentExchanges {
  const count = Math.min(Math.max(1, limit), HIGHEST_LIMIT);
  const { seqs, last } = recentPlaces(database, after, count);
  const rows = summariesWhere(database, sql`e.seq IN (${sql.raw(seqs.join(', '))})`);
  const bySeq = rows.toSorted((one, other) => one.seq - other.seq);
  return { exchanges: bySeq.map(summaryOf), last };
}

function recentPlaces(database: DatabaseSync, after: number | undefined, count: number) {
  const found = allRowsOf(
    database,
    after === undefined
      ? sql<{ seq: number }>`SELECT seq FROM exchanges ORDER BY seq DESC LIMIT ${count}`
      : sql<{ seq: number }>`SELECT seq FROM exchanges WHERE seq > ${after} ORDER BY seq LIMIT ${count}`,
  );
  const seqs = found.map(({ seq }) => seq);
  return { seqs, last: Math.max(after ?? 0, ...seqs) };
}

/** One exchange with all that is known of it. */
export function queryExchange(database: DatabaseSync, id: string): ExchangeDetail | undefined {
  const [row] = summariesWhere(database, sql`e.id = ${id}`);
  if (row === undefined) return undefined;
  const detail = JSON.parse(row.detail) as StoredDetail; // Written by the folder alone.
  return {
    exchange: summaryOf(row),
    evidence: detail.evidence ?? null,
    clientVersion: detail.clientVersion ?? null,
    agentId: detail.agentId ?? null,
    agentType: detail.agentType ?? null,
    targets: detail.targets ?? [],
    skipped: detail.skipped ?? [],
    samples: samplesOfExchange(database, id),
  };
}

interface StoredDetail {
  readonly evidence?: string;
  readonly targets?: Decision['targets'];
  readonly skipped?: Decision['skipped'];
  readonly clientVersion?: string;
  readonly agentId?: string;
  readonly agentType?: string;
}

type SummaryColumns = Omit<ExchangesTable, 'dims'> &
  Omit<DimensionsTable, 'id' | 'outcome'> & {
    readonly input: number | null;
    readonly output: number | null;
    readonly cache_read: number | null;
    readonly cache_write_5m: number | null;
    readonly cache_write_1h: number | null;
    readonly tool_calls: number | null;
    readonly ttft_ms: number | null;
    readonly unpriced: number | null;
    readonly list: string | null;
    readonly spent: string | null;
  };

/** In SQLite the plain columns beside a `max` are those of its row: here of the last attempt. */
function summariesWhere(database: DatabaseSync, condition: ReturnType<typeof sql>): SummaryColumns[] {
  return allRowsOf(
    database,
    sql<SummaryColumns>`SELECT d.*, e.*,
        sum(a.input) AS input, sum(a.output) AS output, sum(a.cache_read) AS cache_read,
        sum(a.cache_write_5m) AS cache_write_5m, sum(a.cache_write_1h) AS cache_write_1h,
        sum(a.tool_calls) AS tool_calls, max(a.ordinal), a.ttft_ms AS ttft_ms,
        sum(a.id IS NOT NULL AND a.list IS NULL) AS unpriced,
        CAST(sum(a.list) AS TEXT) AS list, CAST(sum(a.spent) AS TEXT) AS spent
      FROM exchanges AS e JOIN dimensions AS d ON d.id = e.dims
        LEFT JOIN attempts AS a ON a.exchange = e.id
          AND (SELECT role FROM dimensions WHERE id = a.dims) = 'primary'
      WHERE ${condition} GROUP BY e.seq ORDER BY e.received_at DESC, e.seq DESC`,
  );
}

function summaryOf(row: SummaryColumns): ExchangeSummary {
  const isPriced = (row.unpriced ?? 0) === 0;
  return {
    id: row.id,
    receivedAt: row.received_at,
    totalMs: row.total_ms,
    outcome: row.outcome,
    status: row.status,
    error: row.error,
    stream: row.stream === 1,
    requestBytes: row.request_bytes,
    responseBytes: row.response_bytes,
    provider: row.provider,
    model: row.model,
    requestedModel: row.requested_model,
    tier: row.tier,
    task: row.task,
    rule: row.rule,
    decision: row.decision,
    client: row.client,
    session: row.session,
    project: row.project,
    user: row.user,
    format: row.format,
    operation: row.operation,
    attempts: row.attempts,
    input: row.input,
    output: row.output,
    cacheRead: row.cache_read,
    cacheWrite5m: row.cache_write_5m,
    cacheWrite1h: row.cache_write_1h,
    toolCalls: row.tool_calls ?? 0,
    ttftMs: row.ttft_ms,
    list: isPriced ? BigInt(row.list ?? 0) : null,
    spent: isPriced ? BigInt(row.spent ?? 0) : null,
  };
}

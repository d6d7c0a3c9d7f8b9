import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { AttemptVerdict, Sample, SamplePage, SampleQuery } from '../../domain/ledger.ts';
import { allRowsOf } from './builder.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { queryPlaces } from './page.ts';
import type { AttemptsTable, DimensionsTable } from './tables.ts';

const USUAL_LIMIT = 1_000;
const HIGHEST_LIMIT = 5_000;

/** A page of attempts, oldest first. */
export function querySamples(
  database: DatabaseSync,
  query: SampleQuery & { readonly through?: number },
): SamplePage {
  const limit = Math.min(Math.max(1, query.limit ?? USUAL_LIMIT), HIGHEST_LIMIT);
  const places = queryPlaces(database, {
    table: 'attempts',
    newestFirst: false,
    filter: query.filter,
    since: query.since,
    until: query.until,
    after: decodeCursor(query.cursor),
    limit,
    through: query.through,
  });
  const shown = places.slice(0, limit);
  const last = shown.at(-1);
  return {
    samples: samplesWhere(database, sql`a.seq IN (${numbers(shown.map(({ seq }) => seq))})`),
    next: places.length > limit && last !== undefined ? encodeCursor(last) : undefined,
  };
}

/** The attempts of one exchange, in order. */
export function samplesOfExchange(database: DatabaseSync, exchange: string): Sample[] {
  return samplesWhere(database, sql`a.exchange = ${exchange}`);
}

type SampleColumns = Omit<AttemptsTable, 'list' | 'spent'> &
  Omit<DimensionsTable, 'id'> & {
    readonly list: string | null;
    readonly spent: string | null;
    readonly version: string | null;
  };

function samplesWhere(database: DatabaseSync, condition: ReturnType<typeof sql>): Sample[] {
  const rows = allRowsOf(
    database,
    sql<SampleColumns>`SELECT d.*, a.*, CAST(a.list AS TEXT) AS list, CAST(a.spent AS TEXT) AS spent, p.version
      FROM attempts AS a JOIN dimensions AS d ON d.id = a.dims LEFT JOIN prices AS p ON p.id = a.price
      WHERE ${condition} ORDER BY a.started_at, a.seq`,
  );
  return rows.map(sampleOf);
}

/** Numbers of ours as literals: a page has more of them than SQLite takes parameters. */
function numbers(values: readonly number[]): ReturnType<typeof sql> {
  return sql.raw(values.join(', '));
}

function sampleOf(row: SampleColumns): Sample {
  return {
    id: row.id,
    exchange: row.exchange,
    ordinal: row.ordinal,
    startedAt: row.started_at,
    provider: row.provider ?? '',
    origin: row.origin,
    model: row.model,
    requestedModel: row.requested_model,
    sentModel: row.sent_model,
    servedModel: row.served_model,
    tier: row.tier,
    task: row.task,
    rule: row.rule,
    reason: row.reason,
    client: row.client,
    session: row.session,
    project: row.project,
    user: row.user,
    billing: row.billing,
    role: row.role,
    format: row.format,
    operation: row.operation,
    credentialOwner: row.credential_owner,
    verdict: row.outcome as AttemptVerdict, // Written by verdictOf alone.
    status: row.status,
    error: row.error,
    http2: row.http2 === 1,
    ttftMs: row.ttft_ms,
    totalMs: row.total_ms,
    input: row.input,
    output: row.output,
    cacheRead: row.cache_read,
    cacheWrite5m: row.cache_write_5m,
    cacheWrite1h: row.cache_write_1h,
    reasoning: row.reasoning,
    serverToolCalls: row.server_tool_calls,
    toolCalls: row.tool_calls,
    usageQuality: row.usage_quality,
    stopReason: row.stop_reason,
    upstreamRequestId: row.upstream_request_id,
    list: row.list === null ? null : BigInt(row.list),
    spent: row.spent === null ? null : BigInt(row.spent),
    costFlags: row.cost_flags,
    priceVersion: row.version,
  };
}

import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { AttemptVerdict, TimeRange } from '../../domain/ledger.ts';
import {
  PAIR_FILTERS,
  type Agreement,
  type Judgement,
  type PairContent,
  type PairDetail,
  type PairFilter,
  type PairFilterName,
  type PairPage,
  type PairQuery,
  type PairSide,
  type PairSummary,
} from '../../domain/pair.ts';
import { allRowsOf } from './builder.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

const USUAL_LIMIT = 50;
const HIGHEST_LIMIT = 500;

/** A page of compared answers, newest first; their texts are left out. */
export function queryPairs(database: DatabaseSync, query: PairQuery): PairPage {
  const limit = Math.min(Math.max(1, query.limit ?? USUAL_LIMIT), HIGHEST_LIMIT);
  const after = decodeCursor(query.cursor);
  const conditions = pairConditions(query, query.filter);
  if (after !== undefined) conditions.push(sql`(received_at, seq) < (${after.time}, ${after.seq})`);
  const rows = pairsWhere(database, sql`${sql.join(conditions, sql` AND `)}`, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    pairs: shown.map(summaryOf),
    next:
      rows.length > limit && last !== undefined
        ? encodeCursor({ time: last.received_at, seq: last.seq })
        : undefined,
  };
}

/** A pair with both answers and their differences. */
export function queryPair(database: DatabaseSync, id: string): PairDetail | undefined {
  const [row] = pairsWhere(database, sql`id = ${id}`, 1);
  if (row === undefined) return undefined;
  const detail = JSON.parse(row.detail) as PairContent; // Kept as it was handed over.
  return { pair: summaryOf(row), primary: detail.primary, shadow: detail.shadow, diff: detail.diff };
}

/** Notes who was better; `undefined` takes it back. @returns whether there is such a pair */
export function judgePair(
  database: DatabaseSync,
  {
    id,
    judgement,
    at,
  }: { readonly id: string; readonly judgement: Judgement | undefined; readonly at: number },
): boolean {
  const { changes } = database
    .prepare('UPDATE pairs SET judgement = ?, judged_at = ? WHERE id = ?')
    .run(judgement ?? null, judgement === undefined ? null : Math.round(at), id);
  return Number(changes) > 0;
}

/** The columns behind the names pairs are filtered by. */
export const PAIR_COLUMNS: Readonly<Record<PairFilterName, string>> = {
  task: 'task',
  tier: 'tier',
  client: 'client',
  session: 'session',
  project: 'project',
  user: 'user',
  provider: 'shadow_provider',
  model: 'shadow_model',
  agreement: 'agreement',
  judgement: 'judgement',
};

/** Never empty. */
export function pairConditions(
  { since, until }: TimeRange,
  filter: PairFilter | undefined,
): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [sql`TRUE`];
  if (since !== undefined) conditions.push(sql`received_at >= ${since}`);
  if (until !== undefined) conditions.push(sql`received_at < ${until}`);
  for (const name of PAIR_FILTERS) {
    const value = filter?.[name];
    const column = sql.ref(PAIR_COLUMNS[name]);
    if (value === null) conditions.push(sql`${column} IS NULL`);
    else if (value !== undefined) conditions.push(sql`${column} = ${value}`);
  }
  return conditions;
}

type SideColumns<Side extends string> = {
  readonly [Name in `${Side}_${'provider' | 'verdict'}`]: string;
} & {
  readonly [Name in `${Side}_${'model' | 'error' | 'list' | 'spent'}`]: string | null;
} & {
  readonly [Name in `${Side}_${'status' | 'ttft_ms' | 'total_ms' | 'prompt' | 'output'}`]: number | null;
};

/** A row of `pairs`, money as text: it may be larger than a double holds exactly. */
type PairRow = SideColumns<'primary'> &
  SideColumns<'shadow'> & {
    readonly seq: number;
    readonly id: string;
    readonly received_at: number;
    readonly client: string;
    readonly session: string | null;
    readonly project: string | null;
    readonly user: string | null;
    readonly tier: string | null;
    readonly task: string | null;
    readonly requested_model: string | null;
    readonly agreement: string | null;
    readonly text_similarity: number | null;
    readonly judgement: string | null;
    readonly judged_at: number | null;
    readonly detail: string;
  };

function pairsWhere(database: DatabaseSync, condition: RawBuilder<unknown>, limit: number): PairRow[] {
  const money = ['primary', 'shadow'].flatMap((side) =>
    ['list', 'spent'].map((name) => {
      const column = sql.ref(`${side}_${name}`);
      return sql`CAST(${column} AS TEXT) AS ${column}`;
    }),
  );
  return allRowsOf(
    database,
    sql<PairRow>`SELECT *, ${sql.join(money)} FROM pairs WHERE ${condition}
      ORDER BY received_at DESC, seq DESC LIMIT ${limit}`,
  );
}

function summaryOf(row: PairRow): PairSummary {
  return {
    id: row.id,
    receivedAt: row.received_at,
    client: row.client,
    session: row.session,
    project: row.project,
    user: row.user,
    tier: row.tier,
    task: row.task,
    requestedModel: row.requested_model,
    primary: sideOf(row, 'primary'),
    shadow: sideOf(row, 'shadow'),
    agreement: row.agreement as Agreement | null, // Written by storePair alone.
    textSimilarity: row.text_similarity,
    judgement: row.judgement as Judgement | null, // Written by judgePair alone.
    judgedAt: row.judged_at,
  };
}

function sideOf(row: PairRow, side: 'primary' | 'shadow'): PairSide {
  const money = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  return {
    provider: row[`${side}_provider`],
    model: row[`${side}_model`],
    verdict: row[`${side}_verdict`] as AttemptVerdict, // Written by verdictOf alone.
    status: row[`${side}_status`],
    error: row[`${side}_error`],
    ttftMs: row[`${side}_ttft_ms`],
    totalMs: row[`${side}_total_ms`],
    prompt: row[`${side}_prompt`],
    output: row[`${side}_output`],
    list: money(row[`${side}_list`]),
    spent: money(row[`${side}_spent`]),
  };
}

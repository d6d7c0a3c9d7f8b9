import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { PairSideStats, PairStatsQuery, PairStatsRow } from '../../domain/pair.ts';
import { allRowsOf } from './builder.ts';
import { PAIR_COLUMNS, pairConditions } from './pairs.ts';

const COUNTS = {
  pairs: sql`count(*)`,
  compared: sql`count(agreement)`,
  agree: sql`sum(agreement IS 'agree')`,
  partly: sql`sum(agreement IS 'partly')`,
  differ: sql`sum(agreement IS 'differ')`,
  shadow_failed: sql`sum(shadow_verdict <> 'ok')`,
  judged_a: sql`sum(judgement IS 'a')`,
  judged_b: sql`sum(judgement IS 'b')`,
  judged_tie: sql`sum(judgement IS 'tie')`,
  priced: sql`sum(primary_list IS NOT NULL AND shadow_list IS NOT NULL)`,
} as const;

const SIDES = ['primary', 'shadow'] as const;
type Side = (typeof SIDES)[number];

type StatsColumns = { readonly [Name in keyof typeof COUNTS]: number } & {
  readonly key: string | null;
  readonly text_similarity: number | null;
} & { readonly [Name in `${Side}_${'list' | 'spent'}`]: string | null } & {
  readonly [Name in `${Side}_${'prompt' | 'output' | 'ttft_ms' | 'total_ms'}`]: number | null;
};

/** Agreement, cost and time of compared answers, by task or the like; the largest group first. */
export function queryPairStats(database: DatabaseSync, query: PairStatsQuery): PairStatsRow[] {
  const key = sql.ref(PAIR_COLUMNS[query.by]);
  const counts = Object.entries(COUNTS).map(([name, value]) => sql`${value} AS ${sql.ref(name)}`);
  const conditions = pairConditions(query, query.filter);
  const rows = allRowsOf(
    database,
    sql<StatsColumns>`SELECT ${key} AS key, avg(text_similarity) AS text_similarity,
        ${sql.join([...counts, ...SIDES.flatMap(sideColumns)])}
      FROM pairs WHERE ${sql.join(conditions, sql` AND `)} GROUP BY 1 ORDER BY count(*) DESC, 1`,
  );
  return rows.map(statsOf);
}

/** Only pairs in which the other side has the figure, too: means and sums of different pairs say nothing. */
function sideColumns(side: Side): RawBuilder<unknown>[] {
  const both = (name: string) =>
    sql`${sql.ref(`primary_${name}`)} IS NOT NULL AND ${sql.ref(`shadow_${name}`)} IS NOT NULL`;
  const own = (name: string) => sql.ref(`${side}_${name}`);
  const sum = (name: string, known: string) => sql`sum(iif(${both(known)}, ${own(name)}, NULL))`;
  const mean = (name: string) =>
    sql`avg(iif(${both(name)} AND primary_verdict = 'ok' AND shadow_verdict = 'ok', ${own(name)}, NULL))`;
  return [
    sql`CAST(${sum('list', 'list')} AS TEXT) AS ${own('list')}`,
    sql`CAST(${sum('spent', 'list')} AS TEXT) AS ${own('spent')}`,
    sql`${sum('prompt', 'prompt')} AS ${own('prompt')}`,
    sql`${sum('output', 'output')} AS ${own('output')}`,
    sql`${mean('ttft_ms')} AS ${own('ttft_ms')}`,
    sql`${mean('total_ms')} AS ${own('total_ms')}`,
  ];
}

function statsOf(row: StatsColumns): PairStatsRow {
  return {
    key: row.key,
    pairs: row.pairs,
    compared: row.compared,
    agree: row.agree,
    partly: row.partly,
    differ: row.differ,
    shadowFailed: row.shadow_failed,
    textSimilarity: row.text_similarity,
    judgedA: row.judged_a,
    judgedB: row.judged_b,
    judgedTie: row.judged_tie,
    priced: row.priced,
    primary: sideStatsOf(row, 'primary'),
    shadow: sideStatsOf(row, 'shadow'),
  };
}

function sideStatsOf(row: StatsColumns, side: Side): PairSideStats {
  return {
    list: BigInt(row[`${side}_list`] ?? 0),
    spent: BigInt(row[`${side}_spent`] ?? 0),
    prompt: row[`${side}_prompt`] ?? 0,
    output: row[`${side}_output`] ?? 0,
    ttftMs: row[`${side}_ttft_ms`],
    totalMs: row[`${side}_total_ms`],
  };
}

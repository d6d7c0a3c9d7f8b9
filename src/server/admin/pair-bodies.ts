/** Compared answers in the words of the admin API: snake_case, Unix seconds, dollars. */
import type {
  PairBody,
  PairDetailBody,
  PairDiffBody,
  PairGroupBody,
  PairSideBody,
} from '../../contract/pairs.ts';
import { dollarNumber, type Money } from '../../domain/money.ts';
import type {
  PairAnswer,
  PairDetail,
  PairDiff,
  PairSide,
  PairSideStats,
  PairStatsRow,
  PairSummary,
} from '../../domain/pair.ts';
import { timeOf } from './usage-bodies.ts';

export function pairBody(pair: PairSummary): PairBody {
  return {
    id: pair.id,
    ...timeOf(pair.receivedAt),
    client: pair.client,
    session: pair.session,
    project: pair.project,
    user: pair.user,
    tier: pair.tier,
    task: pair.task,
    requested_model: pair.requestedModel,
    a: sideBody(pair.primary),
    b: sideBody(pair.shadow),
    agreement: pair.agreement,
    text_similarity: pair.textSimilarity,
    judgement: pair.judgement,
    judged_at: pair.judgedAt === null ? null : pair.judgedAt / 1000,
  };
}

export function pairDetailBody({ pair, primary, shadow, diff }: PairDetail): PairDetailBody {
  return {
    pair: pairBody(pair),
    a: primary === undefined ? null : answerBody(primary),
    b: shadow === undefined ? null : answerBody(shadow),
    diff: diff === undefined ? null : diffBody(diff),
  };
}

export function pairGroupBody(row: PairStatsRow): PairGroupBody {
  return {
    key: row.key,
    pairs: row.pairs,
    compared: row.compared,
    agree: row.agree,
    partly: row.partly,
    differ: row.differ,
    b_failed: row.shadowFailed,
    mean_text_similarity: row.textSimilarity,
    judged: { a: row.judgedA, b: row.judgedB, tie: row.judgedTie },
    priced: row.priced,
    a: sideStatsBody(row.primary),
    b: sideStatsBody(row.shadow),
  };
}

function sideBody(side: PairSide): PairSideBody {
  return {
    lane: side.provider,
    model: side.model,
    outcome: side.verdict,
    status: side.status,
    error: side.error,
    ttft_ms: side.ttftMs,
    total_ms: side.totalMs,
    prompt_tokens: side.prompt,
    output_tokens: side.output,
    cost_usd: dollars(side.spent),
    list_cost_usd: dollars(side.list),
  };
}

function answerBody({ text, calls, stop }: PairAnswer): NonNullable<PairDetailBody['a']> {
  return { text, calls: [...calls], stop };
}

function diffBody(diff: PairDiff): PairDiffBody {
  return {
    agreement: diff.agreement,
    calls: diff.calls.map(({ kind, tool, a, b, paths }) => ({
      kind,
      tool,
      a: a ?? null,
      b: b ?? null,
      paths: [...paths],
    })),
    same_order: diff.sameOrder,
    same_stop: diff.sameStop,
    text_similarity: diff.textSimilarity ?? null,
  };
}

function sideStatsBody(stats: PairSideStats): PairGroupBody['a'] {
  return {
    cost_usd: dollarNumber(stats.spent),
    list_cost_usd: dollarNumber(stats.list),
    prompt_tokens: stats.prompt,
    output_tokens: stats.output,
    mean_ttft_ms: stats.ttftMs,
    mean_total_ms: stats.totalMs,
  };
}

function dollars(money: Money | null): number | null {
  return money === null ? null : dollarNumber(money);
}

/**
 * A compared exchange: the answer the client got (A, the primary) and the answer a copy of the request got (B, the
 * shadow). Times in milliseconds, money exact.
 */
import type { StopKind } from './answer.ts';
import type { AttemptRecord } from './attempt.ts';
import type { AttemptVerdict, Cursor, ExchangeContext, TimeRange } from './ledger.ts';
import type { Money } from './money.ts';

/** A pair as it is handed to the store. */
export interface PairRecord {
  readonly context: ExchangeContext;
  readonly primary: AttemptRecord;
  readonly shadow: AttemptRecord;
  readonly reading: PairReading;
}

/** What the answers of a pair say, and how far they agree; `undefined` when one of them is not whole. */
export interface PairReading {
  readonly agreement: Agreement | undefined;
  readonly textSimilarity: number | undefined;
  /** {@link PairContent} as JSON. */
  readonly content: string;
}

/** Both answers of a pair, those that are whole, and their differences, where both are. */
export interface PairContent {
  readonly primary: PairAnswer | undefined;
  readonly shadow: PairAnswer | undefined;
  readonly diff: PairDiff | undefined;
}

/** What both answers of a stored pair cost; `undefined` is unknown. */
export interface PairCost {
  readonly primary: Money | undefined;
  readonly shadow: Money | undefined;
}

/** An answer, as far as it is compared. */
export interface PairAnswer {
  readonly text: string;
  readonly calls: readonly PairCall[];
  readonly stop: StopKind;
}

export interface PairCall {
  /** The client's name for it. */
  readonly tool: string;
  /** JSON with its keys in order where it is JSON, so that equal arguments are equal text. */
  readonly input: string;
}

/**
 * How far two answers agree. With tool calls: the same calls with the same arguments; the same tools; neither.
 * Without: by the similarity of their texts.
 */
export type Agreement = 'agree' | 'partly' | 'differ';

/** One tool call of either answer, beside its counterpart. */
export interface CallDiff {
  /** `arguments`: the same tool, called with other arguments. */
  readonly kind: 'same' | 'arguments' | 'only-a' | 'only-b';
  readonly tool: string;
  /** Positions among the calls of A and of B. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** Where the arguments differ: `file_path`, `edits.0.text`; the first few. */
  readonly paths: readonly string[];
}

export interface PairDiff {
  readonly agreement: Agreement;
  readonly calls: readonly CallDiff[];
  /** Whether calls that have a counterpart come in the same order. */
  readonly sameOrder: boolean;
  readonly sameStop: boolean;
  /** 0 to 1; `undefined` when neither has text. */
  readonly textSimilarity: number | undefined;
}

/** Which answer is better, as somebody judged who looked at both. */
export type Judgement = 'a' | 'b' | 'tie';

/** A side of a stored pair, in figures. */
export interface PairSide {
  readonly provider: string;
  readonly model: string | null;
  readonly verdict: AttemptVerdict;
  readonly status: number | null;
  readonly error: string | null;
  readonly ttftMs: number | null;
  readonly totalMs: number | null;
  /** All prompt tokens, cached or not. */
  readonly prompt: number | null;
  readonly output: number | null;
  readonly list: Money | null;
  readonly spent: Money | null;
}

export interface PairSummary {
  /** The id of the exchange. */
  readonly id: string;
  readonly receivedAt: number;
  readonly client: string;
  readonly session: string | null;
  readonly project: string | null;
  readonly user: string | null;
  readonly tier: string | null;
  readonly task: string | null;
  readonly requestedModel: string | null;
  readonly primary: PairSide;
  readonly shadow: PairSide;
  /** `null` when one of the answers is not whole. */
  readonly agreement: Agreement | null;
  readonly textSimilarity: number | null;
  readonly judgement: Judgement | null;
  readonly judgedAt: number | null;
}

export interface PairDetail extends PairContent {
  readonly pair: PairSummary;
}

/** The ways in which pairs are filtered. */
export const PAIR_FILTERS = [
  'task',
  'tier',
  'client',
  'session',
  'project',
  'user',
  'provider',
  'model',
  'agreement',
  'judgement',
] as const;

export type PairFilterName = (typeof PAIR_FILTERS)[number];

/** Exact values; `null` selects pairs without one. Provider and model are those of the shadow. */
export type PairFilter = { readonly [Name in PairFilterName]?: string | null | undefined };

export interface PairQuery extends TimeRange {
  readonly filter?: PairFilter | undefined;
  /** 1 to 500; 50 by default. */
  readonly limit?: number | undefined;
  readonly cursor?: Cursor | undefined;
}

export interface PairPage {
  /** Newest first. */
  readonly pairs: readonly PairSummary[];
  readonly next: Cursor | undefined;
}

/** What pairs can be grouped by. */
export const PAIR_GROUPS = ['task', 'tier', 'client', 'provider', 'model'] as const;
export type PairGroup = (typeof PAIR_GROUPS)[number];

export interface PairStatsQuery extends TimeRange {
  readonly by: PairGroup;
  readonly filter?: PairFilter | undefined;
}

/** Sums and means over pairs of one group. Means are over the pairs in which both sides have the figure. */
export interface PairStatsRow {
  readonly key: string | null;
  readonly pairs: number;
  /** Pairs of which both answers are whole. */
  readonly compared: number;
  readonly agree: number;
  readonly partly: number;
  readonly differ: number;
  readonly shadowFailed: number;
  readonly textSimilarity: number | null;
  readonly judgedA: number;
  readonly judgedB: number;
  readonly judgedTie: number;
  /** Pairs of which both costs are known; the sums below are theirs. */
  readonly priced: number;
  readonly primary: PairSideStats;
  readonly shadow: PairSideStats;
}

export interface PairSideStats {
  readonly list: Money;
  readonly spent: Money;
  readonly prompt: number;
  readonly output: number;
  readonly ttftMs: number | null;
  readonly totalMs: number | null;
}

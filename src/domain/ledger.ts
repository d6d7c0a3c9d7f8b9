/**
 * What is written down about every attempt, and what can be asked about it. The store implements it; gateway and
 * server see these types only. Times are milliseconds since the epoch, buckets are UTC, money is exact.
 */
import type { AttemptRecord } from './attempt.ts';
import type { Decision } from './decision.ts';
import type { ExchangeRecord } from './exchange.ts';
import type { Money } from './money.ts';
import type {
  Judgement,
  PairCost,
  PairDetail,
  PairPage,
  PairQuery,
  PairRecord,
  PairStatsQuery,
  PairStatsRow,
} from './pair.ts';

/** What is known of an exchange before its first attempt is sent; an {@link ExchangeRecord} is one, too. */
export interface ExchangeContext extends Pick<
  ExchangeRecord,
  'id' | 'receivedAt' | 'kind' | 'client' | 'requestedModel' | 'stream' | 'requestBytes' | 'labels' | 'task'
> {
  readonly decision: Pick<Decision, 'id' | 'rule' | 'tier'> | undefined;
}

/** What is known of an attempt before it is sent. */
export type AttemptIntent = Pick<
  AttemptRecord,
  | 'id'
  | 'exchange'
  | 'ordinal'
  | 'provider'
  | 'origin'
  | 'credentialOwner'
  | 'requestedModel'
  | 'sentModel'
  | 'startedAt'
  | 'billing'
  | 'role'
  | 'reason'
>;

/**
 * The book of all attempts. Recording never throws, never waits and costs a few microseconds; it writes to a local
 * journal that survives the death of the process. Everything else happens on another thread.
 */
export interface Ledger {
  /** Call before an attempt is sent. If the process dies before its record, the attempt is shown as interrupted. */
  recordIntent(intent: AttemptIntent, context: ExchangeContext): void;
  /** Call when an attempt has ended and another one follows in the same exchange, or it was a copy's. */
  recordAttempt(attempt: AttemptRecord, context: ExchangeContext): void;
  /** Call once, when the exchange is over. Records the attempts that {@link recordAttempt} has not seen. */
  record(exchange: ExchangeRecord): void;
  /**
   * Keeps a compared pair of answers, whole or not at all.
   * @returns what the answers cost
   * @throws LedgerUnavailable as `query` does; the pair is then lost
   */
  keepPair(pair: PairRecord): Promise<PairCost>;
  /**
   * Asks the store.
   * @throws LedgerUnavailable when the store is switched off, refused or out of order
   */
  query<Name extends LedgerQueryName>(
    name: Name,
    input: LedgerQueries[Name]['input'],
  ): Promise<LedgerQueries[Name]['output']>;
  /** All attempts that match, as text in pieces of some thousand rows, oldest first. */
  export(input: ExportQuery): AsyncIterable<string>;
  /** Resolves when everything recorded so far can be queried, or the store is known to be out of order. */
  settle(): Promise<void>;
  health(): LedgerHealth;
  /** Writes everything down and stops. Safe to call twice. */
  close(): Promise<void>;
}

export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

export interface LedgerHealth {
  readonly state: LedgerState;
  /** Why the state is not `ready`, for people; empty when it is. */
  readonly reason: string;
  /** Records written to the journal and not yet in the database. */
  readonly lagRows: number;
  readonly lagBytes: number;
  /** Records lost since start, because neither disk nor memory could take them. */
  readonly dropped: number;
  /** Journal frames found damaged and skipped since start. */
  readonly damaged: number;
}

export type LedgerState =
  | 'off'
  | 'starting'
  | 'ready'
  /** The journal or the database cannot be written; it is retried. */
  | 'failing'
  /** The database must not be touched (it belongs to a newer version). */
  | 'refused'
  | 'closed';

/** The ways in which usage can be split and filtered. */
export const USAGE_DIMENSIONS = [
  'provider',
  'model',
  'tier',
  'task',
  'rule',
  'client',
  'session',
  'project',
  'user',
  'outcome',
  'billing',
  'role',
  'format',
  'operation',
] as const;

type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

/**
 * Exact values by dimension; `null` selects rows without one. `operation` is `generate` and `role` is `primary`
 * unless stated; `any` lifts a filter.
 */
export type UsageFilter = { readonly [Dimension in UsageDimension]?: string | null | undefined };

/** From `since`, inclusive, to `until`, exclusive; either may be missing. */
export interface TimeRange {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** How an attempt ended, in one word. */
export type AttemptVerdict = 'ok' | 'error' | 'broken' | 'aborted' | 'interrupted';

export interface UsageTotals {
  /** Client requests: first attempts. */
  readonly requests: number;
  readonly attempts: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly reasoning: number;
  readonly serverToolCalls: number;
  readonly toolCalls: number;
  /** Attempts that ended other than `ok`. */
  readonly failures: number;
  /** Attempts whose cost is unknown; they are in no sum of money. */
  readonly unpriced: number;
  /** Attempts whose cost is partial, estimated or by an assumed price. */
  readonly inexact: number;
  /** Worth of all tokens at list price. */
  readonly list: Money;
  /** Dollars spent: list price without subscriptions. */
  readonly spent: Money;
  /** Means over attempts that have the figure; `undefined` when none has. */
  readonly meanTtftMs: number | undefined;
  readonly meanTotalMs: number | undefined;
}

export interface UsageQuery extends TimeRange {
  /** Splits the figures; empty for one row. */
  readonly by: readonly UsageDimension[];
  readonly bucket?: 'hour' | 'day' | undefined;
  readonly filter?: UsageFilter | undefined;
  /** Rows of a page, by default 5 000; `total` always covers all pages. */
  readonly limit?: number | undefined;
  readonly cursor?: Cursor | undefined;
}

export interface UsageReport {
  /** By bucket, then by what was spent, dearest first. */
  readonly rows: readonly UsageRow[];
  readonly total: UsageTotals;
  /** Set when there are more rows. */
  readonly next: Cursor | undefined;
}

export interface UsageRow extends UsageTotals {
  /** Start of the bucket, where buckets were asked for. */
  readonly bucket: number | undefined;
  readonly key: { readonly [Dimension in UsageDimension]?: string | null };
}

/** One attempt as it is stored. */
export interface Sample {
  readonly id: string;
  readonly exchange: string;
  readonly ordinal: number;
  readonly startedAt: number;
  readonly provider: string;
  readonly origin: string | null;
  readonly model: string | null;
  readonly requestedModel: string | null;
  readonly sentModel: string | null;
  readonly servedModel: string | null;
  readonly tier: string | null;
  readonly task: string | null;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly client: string;
  readonly session: string | null;
  readonly project: string | null;
  readonly user: string | null;
  readonly billing: string;
  readonly role: string;
  readonly format: string;
  readonly operation: string;
  readonly credentialOwner: string;
  readonly verdict: AttemptVerdict;
  readonly status: number | null;
  readonly error: string | null;
  readonly http2: boolean;
  readonly ttftMs: number | null;
  readonly totalMs: number | null;
  readonly input: number | null;
  readonly output: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite5m: number | null;
  readonly cacheWrite1h: number | null;
  readonly reasoning: number | null;
  readonly serverToolCalls: number | null;
  readonly toolCalls: number;
  readonly usageQuality: string;
  readonly stopReason: string | null;
  readonly upstreamRequestId: string | null;
  readonly list: Money | null;
  readonly spent: Money | null;
  /** Comma-separated reasons why the cost is missing or unsure; empty when it is exact. */
  readonly costFlags: string;
  readonly priceVersion: string | null;
}

/** Marks a place in a list; opaque, safe in a URL. */
export type Cursor = string;

export interface SampleQuery extends TimeRange {
  readonly filter?: UsageFilter | undefined;
  /** 1 to 5 000; 1 000 by default. */
  readonly limit?: number | undefined;
  readonly cursor?: Cursor | undefined;
}

export interface SamplePage {
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** Set when there is more. */
  readonly next: Cursor | undefined;
}

export interface ExchangeQuery extends TimeRange {
  readonly filter?: UsageFilter | undefined;
  /** 1 to 500; 50 by default. */
  readonly limit?: number | undefined;
  readonly cursor?: Cursor | undefined;
}

export interface ExchangePage {
  /** Newest first. */
  readonly exchanges: readonly ExchangeSummary[];
  readonly next: Cursor | undefined;
}

export interface RecentQuery {
  /** As `last` of an earlier answer gave it; without it, the newest. */
  readonly after?: number | undefined;
  /** 1 to 500; 50 by default. */
  readonly limit?: number | undefined;
}

export interface RecentExchanges {
  /** In the order in which they ended. */
  readonly exchanges: readonly ExchangeSummary[];
  /** What to go on from. */
  readonly last: number;
}

/** One exchange with the figures of all its attempts. Provider, model and time to first token are those of the last. */
export interface ExchangeSummary {
  readonly id: string;
  readonly receivedAt: number;
  readonly totalMs: number | null;
  readonly outcome: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly stream: boolean;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly provider: string | null;
  readonly model: string | null;
  readonly requestedModel: string | null;
  readonly tier: string | null;
  readonly task: string | null;
  readonly rule: string | null;
  readonly decision: string | null;
  readonly client: string;
  readonly session: string | null;
  readonly project: string | null;
  readonly user: string | null;
  readonly format: string;
  readonly operation: string;
  readonly attempts: number;
  /** Tokens are `null` where no attempt told them. */
  readonly input: number | null;
  readonly output: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite5m: number | null;
  readonly cacheWrite1h: number | null;
  readonly toolCalls: number;
  readonly ttftMs: number | null;
  /** `null` when the cost of an attempt is unknown. */
  readonly list: Money | null;
  readonly spent: Money | null;
}

export interface ExchangeDetail {
  readonly exchange: ExchangeSummary;
  readonly evidence: string | null;
  readonly clientVersion: string | null;
  readonly agentId: string | null;
  readonly agentType: string | null;
  readonly targets: Decision['targets'] | readonly [];
  readonly skipped: Decision['skipped'];
  readonly samples: readonly Sample[];
}

export interface ExportQuery extends TimeRange {
  readonly format: 'csv' | 'json';
  readonly filter?: UsageFilter | undefined;
}

/** Totals as the statistics show them. */
interface LedgerStats {
  readonly sinceStart: UsageTotals;
  readonly allTime: UsageTotals;
}

/** Whether rollups and attempts agree to the token and the pico-dollar, over the hours that still have attempts. */
export interface AuditReport {
  readonly equal: boolean;
  readonly hours: number;
  readonly differingHours: readonly number[];
  /** What SQLite's own check says: `ok`, or the first fault. */
  readonly integrity: string;
}

/** Request bytes and the prompt tokens the provider counted in them: what token estimates learn from. */
export interface PromptScale {
  readonly provider: string;
  readonly model: string | null;
  readonly attempts: number;
  readonly bytes: number;
  readonly tokens: number;
}

export interface LedgerQueries {
  readonly usage: { input: UsageQuery; output: UsageReport };
  readonly stats: { input: Record<string, never>; output: LedgerStats };
  readonly samples: { input: SampleQuery; output: SamplePage };
  readonly exchanges: { input: ExchangeQuery; output: ExchangePage };
  readonly recent: { input: RecentQuery; output: RecentExchanges };
  readonly exchange: { input: { readonly id: string }; output: ExchangeDetail | undefined };
  readonly promptScale: { input: TimeRange; output: readonly PromptScale[] };
  readonly audit: { input: Record<string, never>; output: AuditReport };
  readonly pairs: { input: PairQuery; output: PairPage };
  readonly pair: { input: { readonly id: string }; output: PairDetail | undefined };
  readonly pairStats: { input: PairStatsQuery; output: readonly PairStatsRow[] };
  /** Notes who was better, `undefined` takes it back; `false` when there is no such pair. `at` is wall clock. */
  readonly judgePair: {
    input: { readonly id: string; readonly judgement: Judgement | undefined; readonly at: number };
    output: boolean;
  };
}

export type LedgerQueryName = keyof LedgerQueries;

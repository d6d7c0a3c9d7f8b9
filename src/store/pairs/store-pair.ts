/**
 * Reads the two answers of a pair, compares them and keeps them. Runs on the store's thread, and is loaded with the
 * first pair: the readers of all formats are memory that a gateway which compares nothing can spare.
 */
import { Buffer } from 'node:buffer';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { diffAnswers } from '../../comparison/diff-answers.ts';
import { digestAnswer } from '../../comparison/digest-answer.ts';
import type { PairAnswer, PairCost, PairDiff, PairRecord, WireSide } from '../../domain/pair.ts';
import { promptTokens } from '../../domain/usage.ts';
import { readAnswer } from '../../formats/read-answer.ts';
import type { Cost } from '../../pricing/cost.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { endedAttempt, modelNames, verdictOf } from '../fold/attempt-row.ts';
import { priceAttempt } from '../fold/price-attempt.ts';
import type { StoredPairDetail } from './stored-detail.ts';

export interface PairStore {
  readonly database: DatabaseSync;
  readonly prices: PriceBook;
}

/** Keeps a pair; one that is there already stays as it is. @returns what its answers cost */
export function storePair({ database, prices }: PairStore, pair: PairRecord): PairCost {
  const { context } = pair;
  const [primary, shadow] = [readSide(pair.primary), readSide(pair.shadow)];
  const diff = primary && shadow && diffAnswers(primary, shadow);
  const costs = {
    primary: priceAttempt(endedAttempt(pair.primary.attempt, context), prices).cost,
    shadow: priceAttempt(endedAttempt(pair.shadow.attempt, context), prices).cost,
  };
  const row = {
    ...contextColumns(pair),
    ...diffColumns(diff),
    ...sideColumns('primary', pair, costs.primary),
    ...sideColumns('shadow', pair, costs.shadow),
    detail: JSON.stringify({ primary, shadow, diff } satisfies StoredPairDetail),
  };
  insert(database, row);
  return { primary: costs.primary.spent, shadow: costs.shadow.spent };
}

/** `undefined` for what is no whole answer. */
function readSide({ bytes, format, tools, attempt }: WireSide): PairAnswer | undefined {
  if (bytes === undefined || verdictOf(attempt.outcome) !== 'ok') return undefined;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = readAnswer({ body, format, tools });
  return read.kind === 'answer' ? digestAnswer(read.answer) : undefined;
}

type Row = Readonly<Record<string, SQLInputValue>>;

function contextColumns({ context }: PairRecord): Row {
  const { client, labels, decision } = context;
  return {
    id: context.id,
    received_at: Math.round(context.receivedAt),
    client: client.name,
    session: client.session ?? null,
    project: labels.project ?? null,
    user: labels.user ?? null,
    tier: decision?.tier ?? null,
    task: context.task ?? null,
    requested_model: context.requestedModel ?? null,
  };
}

function diffColumns(diff: PairDiff | undefined): Row {
  return { agreement: diff?.agreement ?? null, text_similarity: diff?.textSimilarity ?? null };
}

function sideColumns(side: 'primary' | 'shadow', pair: PairRecord, cost: Cost): Row {
  const { attempt } = pair[side];
  const ended = endedAttempt(attempt, pair.context);
  const { outcome, usage } = attempt;
  const columns: Row = {
    provider: attempt.provider,
    model: modelNames(ended)[0] ?? null,
    verdict: verdictOf(outcome),
    status: ('status' in outcome ? outcome.status : undefined) ?? null,
    error: 'error' in outcome ? outcome.error : null,
    ttft_ms: attempt.ttftMs ?? null,
    total_ms: attempt.totalMs,
    prompt: promptTokens(usage) ?? null,
    output: usage.output ?? null,
    list: cost.list ?? null,
    spent: cost.spent ?? null,
  };
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [`${side}_${name}`, value]));
}

function insert(database: DatabaseSync, row: Row): void {
  const names = Object.keys(row);
  database
    .prepare(
      `INSERT INTO pairs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (id) DO NOTHING`,
    )
    .run(...Object.values(row));
}

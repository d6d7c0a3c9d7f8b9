/** Keeps pairs of answers. Runs on the store's thread, and is loaded with the first pair. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { PairCost, PairRecord } from '../../domain/pair.ts';
import { promptTokens } from '../../domain/usage.ts';
import type { Cost } from '../../pricing/cost.ts';
import type { PriceBook } from '../../pricing/price-book.ts';
import { endedAttempt, modelNames, verdictOf } from '../fold/attempt-row.ts';
import { priceAttempt } from '../fold/price-attempt.ts';

export interface PairStore {
  readonly database: DatabaseSync;
  readonly prices: PriceBook;
}

/** Keeps a pair; one that is there already stays as it is. @returns what its answers cost */
export function storePair({ database, prices }: PairStore, pair: PairRecord): PairCost {
  const { context, reading } = pair;
  const costs = {
    primary: priceAttempt(endedAttempt(pair.primary, context), prices).cost,
    shadow: priceAttempt(endedAttempt(pair.shadow, context), prices).cost,
  };
  const row = {
    ...contextColumns(pair),
    agreement: reading.agreement ?? null,
    text_similarity: reading.textSimilarity ?? null,
    ...sideColumns('primary', pair, costs.primary),
    ...sideColumns('shadow', pair, costs.shadow),
    detail: reading.content,
  };
  insert(database, row);
  return { primary: costs.primary.spent, shadow: costs.shadow.spent };
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

function sideColumns(side: 'primary' | 'shadow', pair: PairRecord, cost: Cost): Row {
  const attempt = pair[side];
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

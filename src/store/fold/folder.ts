/**
 * Folds journal entries into the database, inside a transaction its caller holds. Folding the same entry twice
 * changes nothing: attempts and exchanges are unique by id.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ExchangeContext } from '../../domain/ledger.ts';
import type { ExchangeRecord } from '../../domain/exchange.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { Lru } from '../../lib/lru.ts';
import type { Cost } from '../../pricing/cost.ts';
import type { FoundPrice, PriceBook, PriceSettings } from '../../pricing/price-book.ts';
import { decodeEntry } from '../journal/entry.ts';
import type { JournalEntry, ReadEntry } from '../journal/entry.ts';
import {
  ATTEMPT_COLUMNS,
  DIMENSION_COLUMNS,
  attemptValues,
  bareDimensionValues,
  dimensionValues,
  duration,
  endedAttempt,
  interruptedAttempt,
  laneOf,
} from './attempt-row.ts';
import type { DimensionValues, EndedAttempt } from './attempt-row.ts';
import { priceAttempt } from './price-attempt.ts';
import { RollUp } from './roll-up.ts';

export interface FolderOptions {
  readonly database: DatabaseSync;
  /** By which attempts are priced at this moment. */
  readonly prices: () => PriceBook;
  /** Called for every attempt that was not known before. */
  readonly onStored: (stored: StoredAttempt) => void;
  /** Called when what follows in the journal has other prices. */
  readonly onPrices: (prices: PriceSettings) => void;
}

/** An attempt that this fold has stored, with its cost. */
export interface StoredAttempt {
  readonly ended: EndedAttempt;
  readonly cost: Cost;
  readonly price: FoundPrice | undefined;
}

const REMEMBERED = 5_000;

export class Folder {
  readonly #rollUp: RollUp;
  readonly #statements: Statements;
  readonly #prices: () => PriceBook;
  readonly #onStored: FolderOptions['onStored'];
  readonly #onPrices: FolderOptions['onPrices'];
  #dimensions = new Lru<string, number>(REMEMBERED);
  #priceIds = new Lru<string, number>(REMEMBERED);
  /** Whether attempts may be kept as begun; mostly none are, and their ends need not be looked up. */
  #mayBeOpen = true;

  constructor({ database, prices, onStored, onPrices }: FolderOptions) {
    this.#rollUp = new RollUp(database);
    this.#statements = prepareStatements(database);
    this.#prices = prices;
    this.#onStored = onStored;
    this.#onPrices = onPrices;
  }

  /** Call after a rollback: ids handed out inside it are void. */
  forget(): void {
    this.#dimensions = new Lru(REMEMBERED);
    this.#priceIds = new Lru(REMEMBERED);
  }

  /** @param segment number of the journal segment the entries stand in */
  fold(entries: readonly ReadEntry[], segment: number): void {
    const ended = new Set(entries.flatMap(endedIds));
    this.#mayBeOpen = this.#statements.anyOpen.get() !== undefined;
    this.#rollUp.around(() => {
      for (const entry of entries) this.#foldEntry(entry, segment, ended);
    });
    this.#mayBeOpen = true;
  }

  #foldEntry(entry: ReadEntry, segment: number, ended: ReadonlySet<string>): void {
    switch (entry.kind) {
      case 'begun':
        if (ended.has(entry.id)) return;
        this.#mayBeOpen = true;
        this.#statements.openAttempt.run(entry.id, segment, entry.payload, entry.id);
        return;
      case 'prices':
        this.#onPrices(entry.prices);
        return;
      case 'attempt':
        this.#storeAttempt(endedAttempt(entry.attempt, entry.context));
        return;
      case 'exchange':
        for (const attempt of entry.exchange.attempts)
          this.#storeAttempt(endedAttempt(attempt, entry.exchange));
        this.#storeExchange(entry.exchange, entry.attempts);
    }
  }

  /** Turns attempts begun in segments before `segment` and never ended into interrupted ones; returns how many. */
  interrupt(segment: number): number {
    const rows = this.#statements.abandoned.all(segment);
    this.#rollUp.around(() => {
      for (const row of rows) this.#interruptOne(decodeEntry(String(row['entry'])));
    });
    this.#statements.closeAbandoned.run(segment);
    return rows.length;
  }

  #interruptOne(entry: JournalEntry | undefined): void {
    if (entry?.kind !== 'intent') return;
    const ended = interruptedAttempt(entry.attempt, entry.context);
    this.#storeAttempt(ended);
    // A copy is no request of a client: the exchange it belongs to has a first attempt of its own.
    if (entry.attempt.role === 'shadow') return;
    this.#storeInterruptedExchange(ended, entry.context);
  }

  #storeAttempt(ended: EndedAttempt): void {
    const { attempt } = ended;
    const { cost, price } = priceAttempt(ended, this.#prices());
    const stored = this.#statements.insertAttempt.run(
      ...attemptValues(ended, cost),
      this.#dimensionId(dimensionValues(ended)),
      price === undefined ? null : this.#priceId(price),
    );
    if (this.#mayBeOpen) this.#statements.closeAttempt.run(attempt.id);
    if (Number(stored.changes) > 0) this.#onStored({ ended, cost, price });
  }

  #storeExchange(exchange: ExchangeRecord, attempts: number): void {
    const { decision, client, outcome } = exchange;
    const last = exchange.attempts.at(-1);
    const dims =
      last === undefined
        ? (this.#dimensionsOfLast(exchange.id) ??
          this.#dimensionId(bareDimensionValues(exchange, outcome.kind)))
        : this.#dimensionId(dimensionValues(endedAttempt(last, exchange)));
    const detail = {
      evidence: decision?.evidence,
      targets: decision?.targets,
      skipped: decision?.skipped,
      clientVersion: client.version,
      agentId: client.agentId,
      agentType: client.agentType,
    };
    this.#statements.insertExchange.run(
      exchange.id,
      Math.round(exchange.receivedAt),
      dims,
      duration(exchange.totalMs),
      outcome.kind,
      'status' in outcome ? outcome.status : null,
      'error' in outcome ? outcome.error : null,
      exchange.stream ? 1 : 0,
      exchange.requestBytes,
      exchange.responseBytes,
      attempts,
      decision?.id ?? null,
      JSON.stringify(detail),
    );
  }

  #storeInterruptedExchange(ended: EndedAttempt, context: ExchangeContext): void {
    const { client, decision } = context;
    const detail = { clientVersion: client.version, agentId: client.agentId, agentType: client.agentType };
    this.#statements.insertExchange.run(
      context.id,
      Math.round(context.receivedAt),
      this.#dimensionId(dimensionValues(ended)),
      null,
      'interrupted',
      null,
      null,
      context.stream ? 1 : 0,
      context.requestBytes,
      0,
      ended.attempt.ordinal + 1,
      decision?.id ?? null,
      JSON.stringify(detail),
    );
  }

  /** All attempts of an exchange may have had entries of their own. */
  #dimensionsOfLast(exchange: string): number | undefined {
    const dims = this.#statements.lastDimensions.get(exchange)?.['dims'];
    return typeof dims === 'number' ? dims : undefined;
  }

  #dimensionId(values: DimensionValues): number {
    const text = JSON.stringify(values);
    const known = this.#dimensions.get(text);
    if (known !== undefined) return known;
    // The combination as a whole would double the size of its row.
    const key = createHash('sha256').update(text).digest('base64').slice(0, 22);
    const id = this.#keptDimension(key, values, this.#laneId(values));
    this.#dimensions.set(text, id);
    return id;
  }

  #laneId(values: DimensionValues): number {
    const lane = laneOf(values);
    const known = this.#dimensions.get(lane.key);
    if (known !== undefined) return known;
    const id = this.#keptDimension(lane.key, lane.values, null);
    this.#statements.setLane.run(id, id);
    this.#dimensions.set(lane.key, id);
    return id;
  }

  #keptDimension(key: string, values: DimensionValues, lane: number | null): number {
    this.#statements.insertDimension.run(key, lane, ...values);
    return Number(this.#statements.findDimension.get(key)?.['id']);
  }

  #priceId({ version, source, prices }: FoundPrice): number {
    const known = this.#priceIds.get(version);
    if (known !== undefined) return known;
    const detail = JSON.stringify(prices, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    this.#statements.insertPrice.run(version, source, detail);
    const id = Number(this.#statements.findPrice.get(version)?.['id']);
    this.#priceIds.set(version, id);
    return id;
  }
}

function endedIds(entry: ReadEntry): string[] {
  switch (entry.kind) {
    case 'begun':
    case 'prices':
      return [];
    case 'attempt':
      return [entry.attempt.id];
    case 'exchange':
      return entry.exchange.attempts.map(({ id }) => id);
    default:
      return assertNever(entry);
  }
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: DatabaseSync) {
  const places = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    insertAttempt: prepare(
      `INSERT INTO attempts (${ATTEMPT_COLUMNS.join(', ')}, dims, price)
       VALUES (${places(ATTEMPT_COLUMNS.length + 2)}) ON CONFLICT (id) DO NOTHING`,
    ),
    insertExchange: prepare(
      `INSERT INTO exchanges (id, received_at, dims, total_ms, outcome, status, error, stream, request_bytes,
         response_bytes, attempts, decision, detail)
       VALUES (${places(13)}) ON CONFLICT (id) DO NOTHING`,
    ),
    insertDimension: prepare(
      `INSERT INTO dimensions (key, lane, ${DIMENSION_COLUMNS.join(', ')})
       VALUES (${places(DIMENSION_COLUMNS.length + 2)}) ON CONFLICT (key) DO NOTHING`,
    ),
    setLane: prepare('UPDATE dimensions SET lane = ? WHERE id = ? AND lane IS NULL'),
    findDimension: prepare('SELECT id FROM dimensions WHERE key = ?'),
    insertPrice: prepare(
      'INSERT INTO prices (version, source, detail) VALUES (?, ?, ?) ON CONFLICT (version) DO NOTHING',
    ),
    findPrice: prepare('SELECT id FROM prices WHERE version = ?'),
    openAttempt: prepare(
      `INSERT INTO open_attempts (id, segment, entry)
       SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE id = ?) ON CONFLICT (id) DO NOTHING`,
    ),
    anyOpen: prepare('SELECT 1 FROM open_attempts LIMIT 1'),
    closeAttempt: prepare('DELETE FROM open_attempts WHERE id = ?'),
    abandoned: prepare('SELECT entry FROM open_attempts WHERE segment < ? ORDER BY segment'),
    closeAbandoned: prepare('DELETE FROM open_attempts WHERE segment < ?'),
    lastDimensions: prepare(
      `SELECT dims FROM attempts AS a JOIN dimensions AS d ON d.id = a.dims
       WHERE exchange = ? AND d.role = 'primary' ORDER BY ordinal DESC LIMIT 1`,
    ),
  };
}

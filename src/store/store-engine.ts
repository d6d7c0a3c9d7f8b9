/**
 * The writing side of the store: takes journal segments one piece at a time into the database. Everything here is
 * synchronous and runs on the store's own thread. Each piece is one transaction that also carries how far the
 * segment has been read, so that a crash at any point repeats or skips nothing.
 */
import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { PriceBook } from '../pricing/price-book.ts';
import type { Clock } from '../lib/clock.ts';
import { isDamage, isUnstorable, openDatabase } from './database/open-database.ts';
import { deleteExpired, deleteExpiredPairs } from './database/retention.ts';
import type { StoreEvent } from './database/store-events.ts';
import { Folder } from './fold/folder.ts';
import { lazyPriceBook } from './fold/lazy-prices.ts';
import { readPiece } from './fold/segment-reader.ts';
import { readEntry } from './journal/entry.ts';
import type { ReadEntry } from './journal/entry.ts';
import { readFrames } from './journal/frame.ts';
import { listSegments } from './journal/segments.ts';
import type { Segment } from './journal/segments.ts';
import type { StoreSettings } from './store-settings.ts';
import { usageLine } from './usage-line.ts';
import { UsageLogKeeper } from './usage-log-keeper.ts';

export interface EngineOptions {
  readonly databasePath: string;
  readonly journalDirectory: string;
  /** Segments with lower numbers were left behind by processes that are gone. */
  readonly firstSegment: number;
  readonly settings: StoreSettings;
  readonly clock: Clock;
  readonly report: (event: StoreEvent) => void;
}

export type EngineState =
  | { readonly kind: 'starting' | 'ready' }
  | { readonly kind: 'failing' | 'refused'; readonly reason: string };

export interface StepResult {
  /** Call again at once. */
  readonly more: boolean;
  /** Journal bytes and records taken over; records of this run only. */
  readonly bytes: number;
  readonly records: number;
  readonly damaged: number;
}

/** This many folded segments are removed while there is still work to do; the others when there is none. */
const MOST_DONE = 8;
const PIECE_BYTES = 1024 * 1024;
const LONGEST_BACKOFF_MS = 30_000;
const HOUR_MS = 3_600_000;
const NOTHING: StepResult = { more: false, bytes: 0, records: 0, damaged: 0 };

interface Connection {
  readonly database: DatabaseSync;
  readonly folder: Folder;
  readonly positions: Map<string, number>;
  readonly log: UsageLogKeeper;
}

export class StoreEngine {
  readonly #options: EngineOptions;
  /** By which is folded: those of the place in the journal that folding has come to. */
  #prices: PriceBook;
  #newestPrices: PriceBook;
  #connection: Connection | undefined;
  #state: EngineState = { kind: 'starting' };
  #damage: string | undefined;
  #failures = 0;
  #retryAt = 0;
  #recovered = false;
  #expireAt = 0;
  #lines: string[] = [];
  readonly #logFault = { isReported: false };

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#prices = lazyPriceBook(options.settings.prices);
    this.#newestPrices = this.#prices;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The open database, for reading; `undefined` while there is none. */
  get database(): DatabaseSync | undefined {
    return this.#connection?.database;
  }

  /** Milliseconds until a failing store should be tried again; `undefined` when nothing is failing. */
  get retryIn(): number | undefined {
    if (this.#state.kind !== 'failing') return undefined;
    return Math.max(0, this.#retryAt - this.#options.clock.monotonic());
  }

  get prices(): PriceBook {
    return this.#newestPrices;
  }

  /** For questions; folding comes to them in the journal, or when it has come to its end. */
  usePrices(settings: StoreSettings['prices']): void {
    this.#newestPrices = lazyPriceBook(settings);
  }

  /**
   * Does one piece of work: opens the database if need be, or folds a piece of the oldest segment.
   * @param active number of the segment being written; lower ones are complete
   */
  step(active: number): StepResult {
    if (this.#state.kind === 'refused' || (this.retryIn ?? 0) > 0) return NOTHING;
    try {
      this.#connection ??= this.#connect();
      if (this.#connection === undefined) return NOTHING;
      const result = this.#work(this.#connection, active);
      this.#succeed();
      return result;
    } catch (error) {
      this.#fail(error);
      return NOTHING;
    }
  }

  /** Tells the engine that reading found the database broken. */
  distrust(error: unknown): void {
    if (isDamage(error)) this.#fail(error);
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.log.close();
    connection.database.close();
  }

  #connect(): Connection | undefined {
    const { databasePath: path, settings, clock, report } = this.#options;
    const damage = this.#damage;
    const opened = openDatabase({ path, busyMs: settings.busyMs, now: clock.now(), damage });
    this.#damage = undefined;
    if (opened.kind === 'refused') {
      this.#state = opened;
      report({ kind: 'store-refused', reason: opened.reason });
      return undefined;
    }
    if (opened.quarantined !== undefined) report({ kind: 'quarantined', ...opened.quarantined });
    const { database } = opened;
    const rows = database.prepare('SELECT segment, position FROM journal_positions').all();
    return {
      database,
      folder: new Folder({
        database,
        prices: () => this.#prices,
        onStored: (stored) => {
          const isClients = stored.ended.attempt.role !== 'shadow';
          if (settings.usageLog !== undefined && isClients) this.#lines.push(usageLine(stored));
        },
        onPrices: (prices) => {
          this.#prices = lazyPriceBook(prices);
        },
      }),
      positions: new Map(rows.map((row) => [String(row['segment']), Number(row['position'])])),
      log: new UsageLogKeeper({
        database,
        settings: settings.usageLog,
        now: clock.now(),
        fault: this.#logFault,
        report,
      }),
    };
  }

  #work(connection: Connection, active: number): StepResult {
    const { journalDirectory, firstSegment } = this.#options;
    const done: Segment[] = [];
    for (const segment of listSegments(journalDirectory)) {
      if (segment.number >= firstSegment) this.#recover(connection);
      if (done.length >= MOST_DONE && this.#remove(connection, done)) return MORE;
      const isComplete = segment.number < active;
      const result = this.#foldPiece(connection, segment, isComplete);
      if (result !== undefined) return result;
      if (isComplete) done.push(segment);
    }
    this.#recover(connection);
    this.#prices = this.#newestPrices;
    if (done.length > 0 && this.#remove(connection, done)) return MORE;
    return { ...NOTHING, more: this.#expire(connection) };
  }

  /** @returns `undefined` when there is nothing to fold in this segment */
  #foldPiece(connection: Connection, segment: Segment, isComplete: boolean): StepResult | undefined {
    const { journalDirectory, firstSegment, report } = this.#options;
    const position = connection.positions.get(segment.name) ?? 0;
    const { bytes, isLast } = this.#readWhole(join(journalDirectory, segment.name), position);
    if (bytes.length === 0) return undefined;
    const frames = readFrames(bytes, { growing: !(isComplete && isLast) });
    if (frames.consumed === 0) return undefined;
    const entries = frames.payloads.map(readEntry).filter((entry) => entry !== undefined);
    const unknown = frames.payloads.length - entries.length;
    const unstorable = this.#commit(connection, segment, {
      entries,
      position: position + frames.consumed,
    });
    const damaged = frames.damaged + unknown + unstorable;
    if (damaged > 0) report({ kind: 'journal-damaged', segment: segment.name, frames: damaged });
    const records = segment.number >= firstSegment ? frames.payloads.length : 0;
    return { more: true, bytes: frames.consumed, records, damaged };
  }

  /** A piece that ends inside a large record is read again, larger. */
  #readWhole(path: string, position: number): ReturnType<typeof readPiece> {
    for (let limit = PIECE_BYTES; ; limit *= 4) {
      const piece = readPiece(path, position, limit);
      if (piece.isLast || readFrames(piece.bytes, { growing: true }).consumed > 0) return piece;
    }
  }

  #commit(
    connection: Connection,
    segment: Segment,
    piece: { readonly entries: readonly ReadEntry[]; readonly position: number },
  ): number {
    const { database, log, positions } = connection;
    let unstorable = 0;
    if (piece.entries.length > 0) log.rotate(this.#options.clock.now());
    this.#transaction(connection, () => {
      unstorable = this.#foldSafely(connection, piece.entries, segment.number);
      log.append(this.#lines);
      database
        .prepare(
          `INSERT INTO journal_positions VALUES (?, ?)
           ON CONFLICT (segment) DO UPDATE SET position = excluded.position`,
        )
        .run(segment.name, piece.position);
    });
    positions.set(segment.name, piece.position);
    return unstorable;
  }

  /** A record that cannot be stored, whatever is tried, must not stop all that follow it. */
  #foldSafely({ database, folder }: Connection, entries: readonly ReadEntry[], segment: number): number {
    database.exec('SAVEPOINT piece');
    try {
      folder.fold(entries, segment);
      return 0;
    } catch (error) {
      if (!isUnstorable(error)) throw error;
    }
    database.exec('ROLLBACK TO piece');
    folder.forget();
    this.#lines = [];
    let unstorable = 0;
    for (const entry of entries) {
      const lines = this.#lines.length;
      database.exec('SAVEPOINT entry');
      try {
        folder.fold([entry], segment);
        database.exec('RELEASE entry');
      } catch (error) {
        if (!isUnstorable(error)) throw error;
        database.exec('ROLLBACK TO entry; RELEASE entry');
        folder.forget();
        this.#lines.length = lines;
        unstorable += 1;
      }
    }
    return unstorable;
  }

  /** Once, when all that earlier processes left is folded: what they began and never ended was interrupted. */
  #recover(connection: Connection): void {
    if (this.#recovered) return;
    let attempts = 0;
    this.#transaction(connection, () => {
      attempts = connection.folder.interrupt(this.#options.firstSegment);
      connection.log.append(this.#lines);
    });
    this.#recovered = true;
    if (attempts > 0) this.#options.report({ kind: 'interrupted', attempts });
  }

  #transaction({ database, folder, log }: Connection, work: () => void): void {
    this.#lines = [];
    const mark = log.mark;
    const prices = this.#prices;
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      log.saveMark();
      database.exec('COMMIT');
    } catch (error) {
      folder.forget();
      this.#prices = prices;
      log.rollBack(mark);
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Removes complete, folded segments once their rows are in the main file: should the write-ahead log be damaged,
   * the journal still has them.
   */
  #remove({ database, positions }: Connection, segments: readonly Segment[]): boolean {
    const checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    if (checkpoint?.['log'] !== checkpoint?.['checkpointed']) return false;
    const names = segments.map(({ name }) => name);
    database
      .prepare('DELETE FROM journal_positions WHERE segment IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify(names));
    for (const name of names) {
      positions.delete(name);
      unlinkSync(join(this.#options.journalDirectory, name));
    }
    return true;
  }

  /** @returns whether there is more to delete */
  #expire({ database }: Connection): boolean {
    const { clock, settings } = this.#options;
    if (clock.monotonic() < this.#expireAt) return false;
    if (settings.keepDays > 0 && deleteExpired(database, clock.now(), settings.keepDays)) return true;
    if (deleteExpiredPairs(database, clock.now(), settings.keepPairDays)) return true;
    this.#expireAt = clock.monotonic() + HOUR_MS;
    return false;
  }

  #succeed(): void {
    const wasFailing = this.#state.kind === 'failing';
    this.#failures = 0;
    this.#state = { kind: 'ready' };
    if (wasFailing) this.#options.report({ kind: 'store-recovered' });
  }

  /** Lets go of the file: after a failed write nothing its handle says can be trusted. */
  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (isDamage(error)) this.#damage = reason;
    try {
      this.close();
    } catch {
      // Closing a broken database may fail; it is opened anew in any case.
    }
    const isNews = this.#state.kind !== 'failing' && this.#damage === undefined;
    const backoff = this.#damage === undefined ? 1_000 * 2 ** this.#failures : 0;
    this.#failures = Math.min(this.#failures + 1, 5);
    this.#retryAt = this.#options.clock.monotonic() + Math.min(backoff, LONGEST_BACKOFF_MS);
    this.#state = { kind: 'failing', reason };
    if (isNews) this.#options.report({ kind: 'store-failing', reason });
  }
}

const MORE: StepResult = { ...NOTHING, more: true };

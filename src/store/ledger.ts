/**
 * The ledger as the gateway uses it. Recording is one line in the journal, written here and now; folding, pricing,
 * rolling up and asking happen on the store's thread.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import type {
  AttemptIntent,
  ExchangeContext,
  ExportQuery,
  Ledger,
  LedgerHealth,
  LedgerQueries,
  LedgerQueryName,
  LedgerState,
} from '../domain/ledger.ts';
import type { PairCost, PairRecord } from '../domain/pair.ts';
import type { Clock } from '../lib/clock.ts';
import type { FoundPrice, PriceQuery, PriceSettings } from '../pricing/price-book.ts';
import type { StoreEvent } from './database/store-events.ts';
import { contextPart, encodeEntry, exchangePart } from './journal/entry.ts';
import { REAL_FILES } from './journal/journal-files.ts';
import type { JournalFiles } from './journal/journal-files.ts';
import { JournalWriter } from './journal/journal-writer.ts';
import type { JournalEvent } from './journal/journal-writer.ts';
import { LedgerInUse, lockStore } from './lock.ts';
import type { StoreLock } from './lock.ts';
import { nullLedger } from './null-ledger.ts';
import { StoreClient } from './store-client.ts';
import { DEFAULT_STORE_SETTINGS } from './store-settings.ts';
import type { StoreSettings } from './store-settings.ts';

export interface LedgerOptions {
  /** Where database, journal and lock are kept; made when it is missing. */
  readonly directory: string;
  /** `false` gives a ledger that records nothing and refuses every question. */
  readonly enabled: boolean;
  readonly settings?: Partial<StoreSettings>;
  readonly clock: Clock;
  /** Told of everything an operator should know, each once: one log line apiece. */
  readonly report: (event: LedgerEvent) => void;
  /** For tests: the journal's file operations. */
  readonly files?: JournalFiles;
}

export type LedgerEvent = StoreEvent | JournalEvent;

/** A ledger that can also take new prices when the configuration changes. */
export interface StoreLedger extends Ledger {
  /** Starts the store's thread now; otherwise the first record or question does. */
  open(): void;
  /** Starts it if an earlier run has left something to look after. A thread is 15 MB that an idle gateway can spare. */
  resume(): void;
  usePrices(prices: PriceSettings): void;
  /** The price that attempts are stored with. @throws LedgerUnavailable as `query` does */
  findPrice(query: PriceQuery): Promise<FoundPrice | undefined>;
}

/**
 * Opens the ledger of a directory.
 * @throws LedgerInUse when another process writes it; every other fault leaves the traffic alone and is reported
 */
export function createLedger(options: LedgerOptions): StoreLedger {
  return options.enabled ? new JournaledLedger(options) : nullLedger();
}

class JournaledLedger implements StoreLedger {
  readonly #journal: JournalWriter;
  readonly #client: StoreClient;
  readonly #lock: StoreLock | undefined;
  readonly #foldMs: number;
  readonly #databasePath: string;
  /** Attempts that have a terminal record although their exchange goes on. */
  readonly #ended = new Set<string>();
  #wakeTimer: NodeJS.Timeout | undefined;
  #damaged = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LedgerOptions) {
    const { directory, clock, report } = options;
    const settings = { ...DEFAULT_STORE_SETTINGS, ...options.settings };
    this.#foldMs = settings.foldMs;
    this.#lock = tryLock(directory);
    const journalDirectory = join(directory, 'journal');
    this.#databasePath = join(directory, 'ledger.sqlite3');
    this.#journal = new JournalWriter({
      directory: journalDirectory,
      segmentBytes: settings.segmentBytes,
      limits: settings.backlog,
      files: options.files ?? REAL_FILES,
      monotonic: () => clock.monotonic(),
      report,
    });
    this.#client = new StoreClient({
      start: {
        databasePath: this.#databasePath,
        journalDirectory,
        firstSegment: this.#journal.number + 1,
        startedAt: clock.now(),
        settings,
      },
      onProgress: ({ bytes, records, damaged }) => {
        this.#journal.folded(bytes, records);
        this.#damaged += damaged;
      },
      report,
    });
  }

  recordIntent(intent: AttemptIntent, context: ExchangeContext): void {
    const { id } = intent;
    this.#append(encodeEntry({ v: 1, kind: 'intent', id, attempt: intent, context: contextPart(context) }));
  }

  recordAttempt(attempt: AttemptRecord, context: ExchangeContext): void {
    // The exchange of a copy knows nothing of it.
    if (attempt.role !== 'shadow') this.#ended.add(attempt.id);
    this.#append(encodeEntry({ v: 1, kind: 'attempt', attempt, context: contextPart(context) }));
  }

  record(exchange: ExchangeRecord): void {
    const { attempts } = exchange;
    const isNews = (attempt: AttemptRecord): boolean => !this.#ended.delete(attempt.id);
    const rest = this.#ended.size === 0 ? attempts : attempts.filter(isNews);
    const part = exchangePart(exchange, rest);
    this.#append(encodeEntry({ v: 1, kind: 'exchange', exchange: part, attempts: attempts.length }));
  }

  open(): void {
    this.#client.open();
  }

  resume(): void {
    if (this.#journal.lag.bytes > 0 || existsSync(this.#databasePath)) this.open();
  }

  keepPair(pair: PairRecord): Promise<PairCost> {
    return this.#client.keepPair(pair);
  }

  async query<Name extends LedgerQueryName>(
    name: Name,
    input: LedgerQueries[Name]['input'],
  ): Promise<LedgerQueries[Name]['output']> {
    return this.#client.query(name, input);
  }

  async *export(input: ExportQuery): AsyncGenerator<string> {
    let page = await this.#client.query('exportPage', input);
    yield page.text;
    while (page.next !== undefined) {
      page = await this.#client.query('exportPage', {
        ...input,
        cursor: page.next,
        through: page.through,
      });
      yield page.text;
    }
  }

  async settle(): Promise<void> {
    this.#journal.retry();
    await this.#client.settle(this.#journal.number);
  }

  usePrices(prices: PriceSettings): void {
    // A thread that starts later would know the new prices only.
    if (this.#journal.lag.records > 0) this.#client.open();
    this.#append(encodeEntry({ v: 1, kind: 'prices', prices }));
    this.#client.usePrices(prices, this.#journal.number);
  }

  findPrice(query: PriceQuery): Promise<FoundPrice | undefined> {
    return this.#client.query('price', query);
  }

  health(): LedgerHealth {
    const { state } = this.#client;
    const { bytes, records } = this.#journal.lag;
    return {
      state: this.#state(),
      reason: this.#journal.failing ? 'the journal cannot be written' : 'reason' in state ? state.reason : '',
      lagRows: records,
      lagBytes: bytes,
      dropped: this.#journal.dropped,
      damaged: this.#damaged,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#wakeTimer);
    this.#journal.close();
    if (this.#journal.lag.records > 0) this.#client.open();
    await this.#client.close(this.#journal.number);
    this.#lock?.release();
  }

  #state(): LedgerState {
    if (this.#closing !== undefined) return 'closed';
    return this.#journal.failing ? 'failing' : this.#client.state.kind;
  }

  #append(payload: string): void {
    this.#journal.append(payload);
    this.#wakeLater();
  }

  #wakeLater(): void {
    if (this.#wakeTimer !== undefined || this.#closing !== undefined) return;
    this.#wakeTimer = setTimeout(() => this.#wake(), this.#foldMs).unref();
  }

  #wake(): void {
    this.#wakeTimer = undefined;
    this.#journal.retry();
    this.#client.wake(this.#journal.number);
    if (this.#journal.failing) this.#wakeLater();
  }
}

/** A disk that cannot even be locked cannot be written by two processes either; the journal will report it. */
function tryLock(directory: string): StoreLock | undefined {
  try {
    return lockStore(directory, `process ${process.pid}`);
  } catch (error) {
    if (error instanceof LedgerInUse) throw error;
    return undefined;
  }
}

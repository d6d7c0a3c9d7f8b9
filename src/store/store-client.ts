/**
 * The gateway's end of the store's thread: wakes it, asks it, starts it anew should it die. Messages to it are few:
 * one wake per fold interval however many records there are.
 */
import type { Worker } from 'node:worker_threads';
import { LedgerUnavailable } from '../domain/ledger.ts';
import type { PairCost, PairRecord } from '../domain/pair.ts';
import type { PriceSettings } from '../pricing/price-book.ts';
import type { StoreEvent } from './database/store-events.ts';
import type { StoreQueries, StoreQueryName } from './queries/index.ts';
import { startThread } from './start-thread.ts';
import type { EngineState } from './store-engine.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.ts';

export interface StoreClientOptions {
  readonly start: WorkerStart;
  readonly onProgress: (progress: WorkerReply & { readonly kind: 'progress' }) => void;
  readonly report: (event: StoreEvent) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const RESTART_MS = 1_000;

/** With 4 a batch was collected several times while it was folded, which took an eighth of the thread's time. */
const NURSERY_MB = 24;

const ENTRY = new URL('./store-worker.ts', import.meta.url);

export class StoreClient {
  readonly #options: StoreClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #state: EngineState = { kind: 'starting' };
  #nextId = 1;
  #closing = false;
  #closed: () => void = () => {};
  #start: WorkerStart;

  constructor(options: StoreClientOptions) {
    this.#options = options;
    this.#start = options.start;
  }

  /** Starts the thread unless it runs. Whatever is sent to it does so too. */
  open(): void {
    if (!this.#closing) this.#worker ??= this.#launch();
  }

  get state(): EngineState {
    return this.#state;
  }

  wake(active: number): void {
    this.#send({ kind: 'wake', active });
  }

  /** For what ends from now on; `active` is the segment in which all else stands. */
  usePrices(prices: PriceSettings, active: number): void {
    this.#start = { ...this.#start, settings: { ...this.#start.settings, prices } };
    this.#worker?.postMessage({ kind: 'prices', prices, active } satisfies WorkerRequest);
  }

  async settle(active: number): Promise<void> {
    await this.#ask((id) => ({ kind: 'settle', id, active })).catch((error: unknown) => {
      if (!(error instanceof LedgerUnavailable)) throw error;
    });
  }

  async query<Name extends StoreQueryName>(
    name: Name,
    input: StoreQueries[Name]['input'],
  ): Promise<StoreQueries[Name]['output']> {
    const output = await this.#ask((id) => ({ kind: 'query', id, name, input }));
    return output as StoreQueries[Name]['output']; // The worker answers by the same table of types.
  }

  async keepPair(pair: PairRecord): Promise<PairCost> {
    return (await this.#ask((id) => ({ kind: 'pair', id, pair }))) as PairCost; // As the worker answers it.
  }

  /** Has the worker, if there is one, write down everything and end. */
  async close(active: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    worker.ref();
    worker.postMessage({ kind: 'close', active } satisfies WorkerRequest);
    await closed;
    this.#rejectAll('the ledger is closed');
    await worker.terminate();
  }

  #launch(): Worker {
    const worker = startThread(ENTRY, this.#start, NURSERY_MB);
    worker.on('message', (reply: WorkerReply) => this.#receive(reply));
    worker.on('error', (error) => this.#onDeath(`the store's thread died: ${String(error)}`));
    worker.on('exit', () => this.#closed());
    return worker;
  }

  #receive(reply: WorkerReply): void {
    switch (reply.kind) {
      case 'progress':
        this.#state = reply.state;
        return this.#options.onProgress(reply);
      case 'event':
        return this.#options.report(reply.event);
      case 'settled':
        return this.#take(reply.id)?.resolve(undefined);
      case 'answer':
        return this.#take(reply.id)?.resolve(reply.output);
      case 'refusal':
        return this.#take(reply.id)?.reject(new LedgerUnavailable(reply.reason));
      case 'closed':
        return this.#closed();
    }
  }

  #ask(request: (id: number) => WorkerRequest): Promise<unknown> {
    if (this.#closing) return Promise.reject(new LedgerUnavailable('the ledger is closed'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send(request(id));
      this.#worker?.ref();
    });
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0 && !this.#closing) this.#worker?.unref();
    return waiting;
  }

  #send(request: WorkerRequest): void {
    this.open();
    this.#worker?.postMessage(request);
  }

  #onDeath(reason: string): void {
    this.#state = { kind: 'failing', reason };
    this.#worker = undefined;
    this.#rejectAll(reason);
    if (this.#closing) return this.#closed();
    this.#options.report({ kind: 'store-failing', reason });
    setTimeout(() => this.open(), RESTART_MS).unref();
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new LedgerUnavailable(reason));
    this.#waiting.clear();
  }
}

import type { Worker } from 'node:worker_threads';
import type { CaptureDraft, CapturedExchange, StoredBody } from '../../domain/capture.ts';
import { startThread } from '../start-thread.ts';
import { pruneCaptures, readCapture } from './capture-directory.ts';
import { decodeCapture } from './capture-file.ts';
import type { CaptureKeeping, CaptureReply, CaptureRequest } from './capture-protocol.ts';

export interface CaptureStoreInput {
  readonly directory: string;
  readonly keeping: CaptureKeeping;
  /** Told when captures cannot be written, once until one could be. */
  readonly onError: (reason: string) => void;
  readonly now: () => number;
}

const ENTRY = new URL('./capture-worker.ts', import.meta.url);

/** Too old is what nobody may have asked for in a day; deleting it an hour late does no harm. */
const PRUNE_MS = 3_600_000;
/** Not while the gateway is still starting. */
const FIRST_PRUNE_MS = 2_000;

/** Bodies lie outside the heap. */
const NURSERY_MB = 4;

/** How long a stopping gateway waits for what is still to be written. */
const CLOSING_MS = 5_000;

/**
 * Keeps captured exchanges as files of their own, away from the ledger. A thread writes them, which is there only
 * while something is being captured. A fault is reported and loses captures, nothing else.
 */
export class CaptureStore {
  readonly #input: CaptureStoreInput;
  readonly #waiting = new Map<number, () => void>();
  #pruning: NodeJS.Timeout | undefined;
  #keeping: CaptureKeeping;
  #worker: Worker | undefined;
  #nextNumber = 1;
  #isFailing = false;
  #resting = true;
  #idle: (() => void) | undefined;

  constructor(input: CaptureStoreInput) {
    this.#input = input;
    this.#keeping = input.keeping;
  }

  /** From now on this is kept. What is already there is looked through soon, and then once an hour. */
  keep({ keepDays, maxBodyBytes, maxTotalBytes }: CaptureKeeping): void {
    this.#keeping = { keepDays, maxBodyBytes, maxTotalBytes };
    clearTimeout(this.#pruning);
    this.#pruneIn(FIRST_PRUNE_MS);
  }

  /** Stores an exchange; resolves when that is done or has failed. Its bodies' memory is given away. */
  save(draft: CaptureDraft): Promise<void> {
    const number = this.#nextNumber++;
    const memory = draft.exchange.bodies
      .map(({ bytes }) => bytes.buffer)
      .filter(({ byteLength }) => byteLength > 0);
    const limits = this.#keeping;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#worker ??= this.#launch();
      this.#worker.postMessage({ number, draft, limits } satisfies CaptureRequest, memory);
    });
  }

  /** What is kept of an exchange; `undefined` when nothing is. @throws Error when its file is damaged */
  async read(id: string): Promise<CapturedExchange<StoredBody> | undefined> {
    const file = await readCapture(this.#input.directory, id);
    return file && decodeCapture(file);
  }

  /** Whether exchanges are going to come; where none are, the thread ends when it has written what it has. */
  expect(more: boolean): void {
    this.#resting = !more;
    this.#restIfIdle();
  }

  async close(): Promise<void> {
    clearTimeout(this.#pruning);
    const { promise: written, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSING_MS);
    this.#idle = resolve;
    if (this.#waiting.size === 0) resolve();
    await written;
    clearTimeout(timer);
    await this.#worker?.terminate();
  }

  #pruneIn(milliseconds: number): void {
    this.#pruning = setTimeout(() => {
      void this.#prune();
      this.#pruneIn(PRUNE_MS);
    }, milliseconds).unref();
  }

  async #prune(): Promise<void> {
    const { directory, now } = this.#input;
    const { keepDays: days, maxTotalBytes: bytes } = this.#keeping;
    try {
      await pruneCaptures(directory, now(), { days, bytes });
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #launch(): Worker {
    const { directory } = this.#input;
    const worker = startThread(ENTRY, { directory }, NURSERY_MB);
    worker.on('message', ({ number, error }: CaptureReply) => {
      if (error === undefined) this.#isFailing = false;
      else this.#fail(error);
      this.#settle(number);
    });
    worker.on('error', (error) => this.#onDeath(String(error)));
    return worker;
  }

  #onDeath(reason: string): void {
    this.#worker = undefined;
    this.#fail(`the thread that writes them died: ${reason}`);
    for (const number of this.#waiting.keys()) this.#settle(number);
  }

  #settle(number: number): void {
    this.#waiting.get(number)?.();
    this.#waiting.delete(number);
    if (this.#waiting.size > 0) return;
    this.#idle?.();
    this.#restIfIdle();
  }

  #restIfIdle(): void {
    if (!this.#resting || this.#waiting.size > 0) return;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #fail(reason: string): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#input.onError(reason);
  }
}

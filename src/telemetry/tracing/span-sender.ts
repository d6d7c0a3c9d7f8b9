import type { TracingSettings } from '../../config/build/tracing-settings.ts';
import type { PackedSpan, SpanWay } from './otlp/span-way.ts';
import type { Span } from './span.ts';

/** Spans since the start of the process, over all collectors it has had. */
export interface SpanCounters {
  /** Taken by a collector. */
  exported: number;
  /** Left out because too many were waiting already. */
  dropped: number;
  /** Refused by the collector, or lost because it could not be reached in time. */
  failed: number;
}

export type SenderState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  /** The collector does not take spans; it is tried again with every batch. */
  | { readonly kind: 'failing'; readonly reason: string }
  /** Nothing can ever be sent with these settings. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface SenderOptions {
  readonly settings: Pick<TracingSettings, 'queue' | 'batch' | 'delay'>;
  /** How spans wait. */
  readonly pack: (span: Span) => PackedSpan;
  readonly open: () => Promise<SpanWay>;
  readonly counters: SpanCounters;
  /** Told of every change, once. */
  readonly onState: (state: SenderState) => void;
}

/** Memory the content of waiting spans may take. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** How long a stop waits for what has not been sent yet. */
const CLOSE_MS = 2_000;

/**
 * The waiting room before a collector. One message at a time is under way; whatever comes while too much waits is
 * dropped and counted, so that a dead, slow or refusing collector costs neither time nor memory.
 */
export class SpanSender {
  readonly #options: SenderOptions;
  readonly #way: Promise<SpanWay | undefined>;
  #waiting: { readonly span: PackedSpan; readonly bytes: number }[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #state: SenderState = { kind: 'starting' };
  #sending: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#way = this.#open();
  }

  get state(): SenderState {
    return this.#state;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether so many more would be dropped: asked before they are made. */
  hasRoomFor(spans: number): boolean {
    if (this.#closing !== undefined || this.#state.kind === 'unavailable') return false;
    return (
      this.#waiting.length + spans <= this.#options.settings.queue && this.#waitingBytes < MAX_WAITING_BYTES
    );
  }

  /** Counts spans that were not even made. */
  drop(spans: number): void {
    this.#options.counters.dropped += spans;
  }

  /** @param bytes about how much text the first of them carries */
  push(spans: readonly Span[], bytes: number): void {
    if (!this.hasRoomFor(spans.length)) {
      this.drop(spans.length);
      return;
    }
    const { pack } = this.#options;
    spans.forEach((span, index) => this.#waiting.push({ span: pack(span), bytes: index === 0 ? bytes : 0 }));
    this.#waitingBytes += bytes;
    // While the collector fails, only the clock asks it again.
    if (this.#waiting.length >= this.#options.settings.batch && this.#state.kind !== 'failing') this.#send();
    else this.#sendLater();
  }

  /** Sends what waits, for at most {@link CLOSE_MS}; what is left then is lost. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.#sendAll(), patience]);
    clearTimeout(timer);
    this.drop(this.#waiting.length);
    this.#waiting = [];
    const way = await this.#way;
    await way?.close();
  }

  async #sendAll(): Promise<void> {
    while (this.#sending !== undefined || this.#waiting.length > 0) {
      if (this.#state.kind === 'unavailable') return;
      this.#send();
      await this.#sending;
      if (this.#state.kind === 'failing') return;
    }
  }

  async #open(): Promise<SpanWay | undefined> {
    try {
      const way = await this.#options.open();
      this.#become({ kind: 'ready' });
      return way;
    } catch (error) {
      this.#become({ kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  #sendLater(): void {
    if (this.#timer !== undefined || this.#sending !== undefined) return;
    this.#timer = setTimeout(() => this.#send(), this.#options.settings.delay).unref();
  }

  #send(): void {
    if (this.#sending !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = this.#sendBatch().finally(() => {
      this.#sending = undefined;
      if (this.#closing !== undefined || this.#waiting.length === 0) return;
      if (this.#state.kind === 'ready' && this.#waiting.length >= this.#options.settings.batch) this.#send();
      else this.#sendLater();
    });
  }

  async #sendBatch(): Promise<void> {
    const way = await this.#way;
    const batch = this.#waiting.splice(0, this.#options.settings.batch);
    for (const { bytes } of batch) this.#waitingBytes -= bytes;
    if (batch.length === 0) return;
    if (way === undefined) {
      this.drop(batch.length);
      return;
    }
    const failure = await way.send(batch.map(({ span }) => span));
    this.#note(failure, batch.length);
  }

  #note(failure: Error | undefined, count: number): void {
    const { counters } = this.#options;
    if (failure === undefined) {
      counters.exported += count;
      if (this.#state.kind === 'failing') this.#become({ kind: 'ready' });
      return;
    }
    counters.failed += count;
    if (this.#state.kind !== 'failing') this.#become({ kind: 'failing', reason: reasonOf(failure) });
  }

  #become(state: SenderState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

const MAX_REASON_LENGTH = 200;

function reasonOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return [error.message, code]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, MAX_REASON_LENGTH);
}

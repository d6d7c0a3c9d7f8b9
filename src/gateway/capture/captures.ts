import type {
  CaptureMode,
  CaptureSettings,
  CapturedExchange,
  RawBody,
  StoredBody,
} from '../../domain/capture.ts';
import type { ExchangeOutcome, InboundRequest } from '../../domain/exchange.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import type { CaptureStore } from '../../store/capture/capture-store.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { lazyModule } from '../../lib/lazy.ts';
import type * as Capturing from './exchange-capture.ts';
import type { ExchangeCapture } from './exchange-capture.ts';
import { MemoryBudget } from '../../lib/memory-budget.ts';
import { secretsIn } from './secrets-in.ts';

export interface CapturesInput {
  readonly settings: CaptureSettings;
  readonly clock: Clock;
  /** Whose values must not be kept, besides those of the configuration and of the caller. */
  readonly adminToken: Secret;
  /** Where bodies are kept; `undefined`: nowhere. */
  readonly store: Pick<CaptureStore, 'save' | 'read' | 'expect' | 'keep' | 'close'> | undefined;
  /** Called whenever the mode changes, by hand or because its time is over. */
  readonly onChange: (state: CaptureState) => void;
}

export interface CaptureState {
  readonly mode: CaptureMode;
  /** When it falls back to `off` by itself; wall clock, milliseconds. */
  readonly until: number | undefined;
  /** Exchanges handed over to be stored since the start. */
  readonly captured: number;
}

/** What bodies may take of memory while their exchanges run and until they are stored. */
const MEMORY_BYTES = 64 * 1024 * 1024;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const loadCapturing = lazyModule<typeof Capturing>(import.meta.url, './exchange-capture.ts');

/** The switch of body capture. While it is off, an exchange pays for one look at it. */
export class Captures {
  readonly #input: CapturesInput;
  readonly #budget = new MemoryBudget(MEMORY_BYTES);
  #settings: CaptureSettings;
  #mode: CaptureMode = 'off';
  #until: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #captured = 0;

  constructor(input: CapturesInput) {
    this.#input = input;
    this.#settings = input.settings;
  }

  /** Whether it can be switched on at all. */
  get isAvailable(): boolean {
    return this.#input.store !== undefined;
  }

  get state(): CaptureState {
    return { mode: this.#mode, until: this.#until, captured: this.#captured };
  }

  /** Takes up the configured mode. What was switched on by hand stays unless the configuration of capture changed. */
  configure(settings: CaptureSettings): void {
    const isNews = JSON.stringify(settings) !== JSON.stringify(this.#settings);
    if (!isNews) return;
    this.#settings = settings;
    this.start();
  }

  /** Begins with what is configured. */
  start(): void {
    this.#input.store?.keep(this.#settings);
    const { mode, forMs, until } = this.#settings;
    const rest = until === undefined ? forMs : until - this.#input.clock.now();
    if (this.isAvailable && mode !== 'off' && rest > 0) this.set(mode, rest);
    else if (this.#mode !== 'off') this.set('off', 0);
  }

  /** @param forMs after which it is off again */
  set(mode: CaptureMode, forMs: number): void {
    clearTimeout(this.#timer);
    this.#mode = mode;
    this.#until = mode === 'off' ? undefined : this.#input.clock.now() + forMs;
    this.#fallBackLater();
    this.#input.store?.expect(mode !== 'off');
    this.#input.onChange(this.state);
  }

  /** Timers hold 31 bits of milliseconds: a later end is waited for in several steps. */
  #fallBackLater(): void {
    if (this.#until === undefined) return;
    const rest = this.#until - this.#input.clock.now();
    const next = (): void => (rest > LONGEST_TIMER_MS ? this.#fallBackLater() : this.set('off', 0));
    this.#timer = setTimeout(next, Math.min(rest, LONGEST_TIMER_MS)).unref();
  }

  /** Called with every exchange that begins. */
  begin(inbound: InboundRequest): ExchangeCapture | undefined {
    if (this.#mode === 'off') return undefined;
    return new (loadCapturing().ExchangeCapture)(inbound, {
      maxBodyBytes: this.#settings.maxBodyBytes,
      budget: this.#budget,
    });
  }

  /** Called with every exchange that was begun with a capture, when it has ended. */
  end(exchange: OpenExchange, capture: ExchangeCapture): void {
    if (this.#mode === 'off' || (this.#mode === 'errors' && !hasFailed(exchange.outcome))) {
      capture.discard();
      return;
    }
    const captured = capture.finish(exchange);
    const bytes = bytesOf(captured);
    this.#captured += 1;
    const draft = { exchange: captured, secrets: this.#secretsOf(exchange, capture) };
    void this.#input.store?.save(draft).then(() => this.#budget.give(bytes));
  }

  /** What is kept of an exchange. @throws Error when its file is damaged */
  async read(id: string): Promise<CapturedExchange<StoredBody> | undefined> {
    return this.#input.store?.read(id);
  }

  /** Waits until what has ended is stored. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#input.store?.close();
  }

  #secretsOf({ snapshot, inbound }: OpenExchange, capture: ExchangeCapture): string[] {
    const shown = [...(inbound.credential?.headers ?? []), ...capture.credentials].map(({ value }) => value);
    return [...secretsIn(snapshot), this.#input.adminToken, ...shown].map((secret) =>
      secret.reveal().replace(/^(?:bearer|basic)\s+/i, ''),
    );
  }
}

/** A client that leaves has not failed; one that got an error has, whoever made it. */
function hasFailed(outcome: ExchangeOutcome | undefined): boolean {
  if (outcome === undefined || outcome.kind === 'aborted') return false;
  return outcome.kind !== 'answered' || outcome.status >= 400;
}

function bytesOf({ bodies }: CapturedExchange<RawBody>): number {
  return bodies.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

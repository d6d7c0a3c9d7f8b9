import type { Ledger } from '../../domain/ledger.ts';
import type { ExchangeContext } from '../../domain/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import type { GatewayLog } from '../gateway.ts';
import type { RequestTranslation, TranslatedRequest } from '../../formats/translate.ts';
import { ShadowBudget } from './shadow-budget.ts';
import type { CopyThread } from './thread/copy-thread.ts';
import type { WireAnswer } from './wire-side.ts';

/** Why a request that was to be copied was not. */
export type SkipReason =
  /** `compare.max_concurrent` copies were under way. */
  | 'busy'
  /** The limits of the target's provider left no room. */
  | 'provider-busy'
  | 'budget'
  /** The owner's script says a target that may get no copy. */
  | 'no-target'
  /** The breaker of the target opened in between. */
  | 'breaker'
  /** The request could not be made into one the target takes. */
  | 'unprepared'
  /** The store that pairs are kept in is switched off. */
  | 'store'
  | 'client-gone'
  | 'stopping';

/** What became of copies since the start. */
export interface CopyCounts {
  readonly running: number;
  readonly sent: number;
  /** Pairs that were kept. */
  readonly kept: number;
  /** Pairs that could not be kept. */
  readonly lost: number;
  readonly skipped: ReadonlyMap<SkipReason, number>;
}

/** A copy that is under way. */
export interface RunningCopy {
  cancel(): void;
}

/** Both answers of an exchange that was compared, not yet read. */
export interface WirePair {
  readonly context: ExchangeContext;
  readonly primary: WireAnswer;
  readonly shadow: WireAnswer;
}

export interface ComparisonsInput {
  readonly ledger: Pick<Ledger, 'keepPair' | 'query' | 'settle' | 'health'>;
  readonly clock: Clock;
  readonly log: GatewayLog;
}

/** Pairs that may wait for the store; more are lost, as is said once. */
const MOST_WAITING = 100;

/** All copies of this gateway: room for them, what they may cost, and the way of a finished pair to the store. */
export class Comparisons {
  readonly budget: ShadowBudget;
  readonly #input: ComparisonsInput;
  readonly #running = new Set<RunningCopy>();
  readonly #keeping = new Set<Promise<void>>();
  readonly #skipped = new Map<SkipReason, number>();
  #thread: Promise<CopyThread> | undefined;
  #sent = 0;
  #kept = 0;
  #lost = 0;
  #closed = false;

  constructor(input: ComparisonsInput) {
    this.#input = input;
    const { ledger, clock } = input;
    this.budget = new ShadowBudget({
      now: () => clock.now(),
      spentSince: async (since) => {
        await ledger.settle();
        const { total } = await ledger.query('usage', { since, by: [], filter: { role: 'shadow' } });
        return total.spent;
      },
    });
  }

  get counts(): CopyCounts {
    const { size: running } = this.#running;
    return { running, sent: this.#sent, kept: this.#kept, lost: this.#lost, skipped: this.#skipped };
  }

  /** Why no copy may be sent at this moment, whatever its target; `undefined` when one may. */
  obstacle(maxConcurrent: number): SkipReason | undefined {
    if (this.#closed) return 'stopping';
    if (this.#running.size >= maxConcurrent) return 'busy';
    return this.#input.ledger.health().state === 'off' ? 'store' : undefined;
  }

  skip(reason: SkipReason): void {
    this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
  }

  /** From the moment a copy is being made. */
  enter(copy: RunningCopy): void {
    this.#running.add(copy);
  }

  countSent(): void {
    this.#sent += 1;
  }

  /** Translates a request for its copy, where that holds nobody up. @throws GatewayError as `translateRequest` */
  async translate(input: RequestTranslation): Promise<TranslatedRequest> {
    return (await this.#openThread()).translate(input);
  }

  leave(copy: RunningCopy): void {
    this.#running.delete(copy);
  }

  /** Has a pair read, and hands it to the store, which takes it when it can. */
  keep(pair: WirePair): void {
    if (this.#keeping.size >= MOST_WAITING) {
      this.#lose(new Error(`${MOST_WAITING} pairs wait for the store already`));
      return;
    }
    const kept = this.#keep(pair).finally(() => void this.#keeping.delete(kept));
    this.#keeping.add(kept);
  }

  /** Breaks off the copies that are under way; from now on none begins. */
  stop(): void {
    this.#closed = true;
    for (const copy of this.#running) copy.cancel();
  }

  /** Once stopped, and when no exchange runs any more. Resolves when the store has every pair that was finished. */
  async close(): Promise<void> {
    await Promise.all(this.#keeping);
    await (await this.#thread)?.close();
  }

  #openThread(): Promise<CopyThread> {
    this.#thread ??= import('./thread/copy-thread.ts').then((loaded) => new loaded.CopyThread());
    return this.#thread;
  }

  async #keep({ context, ...pair }: WirePair): Promise<void> {
    const { attempt: primary, ...one } = pair.primary;
    const { attempt: copy, ...other } = pair.shadow;
    try {
      const reading = await (await this.#openThread()).read(one, other);
      const { shadow } = await this.#input.ledger.keepPair({ context, primary, shadow: copy, reading });
      this.#kept += 1;
      this.budget.add(shadow ?? 0n);
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(error: unknown): void {
    if (this.#lost === 0) this.#input.log.warn({ error }, '[Compare] A pair of answers could not be kept.');
    this.#lost += 1;
    this.budget.forget();
  }
}

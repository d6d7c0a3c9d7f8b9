import { estimateTokens } from '../formats/estimate-tokens.ts';
import type { Clock } from '../lib/clock.ts';
import { Lru } from '../lib/lru.ts';

interface Learned {
  /** Tokens the provider counted per token estimated. */
  readonly factor: number;
  /** Monotonic, milliseconds. */
  readonly at: number;
}

/** An estimate costs a full parse of the request, so a model teaches no more often than this, in milliseconds. */
const LEARN_EVERY_MS = 10_000;
const REMEMBERED_MODELS = 500;
/** How much a new lesson counts against all before it. */
const WEIGHT = 0.2;
/** Beyond these a lesson says more about an odd request than about the model. */
const SMALLEST = 0.25;
const LARGEST = 4;

/**
 * Corrects estimates of prompt tokens by what the provider of a model has counted in real requests. Kept in memory
 * only: a few requests teach it anew.
 */
export class TokenScale {
  readonly #clock: Clock;
  readonly #models = new Lru<string, Learned>(REMEMBERED_MODELS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param tokens what the provider counted in the prompt of this very body */
  learn(model: string, body: Buffer, tokens: number): void {
    const known = this.#models.get(model);
    const now = this.#clock.monotonic();
    if (tokens <= 0 || (known !== undefined && now - known.at < LEARN_EVERY_MS)) return;
    const lesson = Math.min(LARGEST, Math.max(SMALLEST, tokens / estimateTokens(body)));
    const factor = known === undefined ? lesson : known.factor + WEIGHT * (lesson - known.factor);
    this.#models.set(model, { factor, at: now });
  }

  /** About how many tokens the model's provider would count in the body; at least 1. */
  estimate(model: string, body: Buffer): number {
    const factor = this.#models.get(model)?.factor ?? 1;
    return Math.max(1, Math.round(estimateTokens(body) * factor));
  }
}

import type { AttemptRecord } from '../domain/attempt.ts';
import { promptTokens } from '../domain/usage.ts';
import { measureText } from '../formats/measure-text.ts';
import { TokenModel } from '../formats/token-model.ts';
import { Lru } from '../lib/lru.ts';
import type { OpenExchange } from './open-exchange.ts';

/**
 * Estimates of prompt sizes, one model of them per (provider, model, client format), learned from what was billed.
 * Lives as long as the process.
 */
export class TokenCalibration {
  readonly #models: Lru<string, TokenModel>;
  #seen = 0;

  /** @param capacity how many models are kept apart */
  constructor(capacity = 500) {
    this.#models = new Lru(capacity);
  }

  estimate(body: Buffer, key: string): number {
    return (this.#models.get(key) ?? new TokenModel()).estimate(measureText(body));
  }

  /** Looks at an exchange that is over. Only where estimates are needed, and when many were seen only at some. */
  learn(exchange: OpenExchange): void {
    const attempt = exchange.attempts.at(-1);
    if (attempt === undefined || exchange.kind.operation !== 'generate') return;
    const tokens = tokensOf(attempt);
    const provider = exchange.snapshot.providers.get(attempt.provider);
    if (tokens === undefined || provider === undefined) return;
    if (provider.countTokens === 'forward' && provider.format === exchange.kind.format) return;
    const key = calibrationKey(attempt.provider, attempt.sentModel, exchange);
    const model = this.#models.get(key) ?? new TokenModel();
    this.#models.set(key, model);
    this.#seen += 1;
    if (model.samples >= ENOUGH && this.#seen % ONE_IN !== 0) return;
    model.learn(measureText(exchange.inbound.body), tokens);
  }
}

/** From here on only every so-manieth exchange is measured: it costs a pass over the body. */
const ENOUGH = 100;
const ONE_IN = 64;

export function calibrationKey(
  provider: string,
  model: string | undefined,
  { kind }: Pick<OpenExchange, 'kind'>,
): string {
  return `${kind.format} ${provider}/${model ?? ''}`;
}

function tokensOf({ outcome, usage, usageQuality }: AttemptRecord): number | undefined {
  const isWhole = outcome.kind === 'answered' && outcome.status === 200 && usageQuality === 'exact';
  return isWhole ? promptTokens(usage) : undefined;
}

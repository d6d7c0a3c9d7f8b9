import type { AttemptRecord } from '../../domain/attempt.ts';
import { promptTokens } from '../../domain/usage.ts';
import { measureText } from '../../formats/measure-text.ts';
import { TokenModel } from '../../formats/token-model.ts';
import { Lru } from '../../lib/lru.ts';
import type { OpenExchange } from '../open-exchange.ts';

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

  /**
   * Measures the body of a request that is about to be given up, if `learn` will want it. Only where estimates are
   * needed, and when many were seen only at some.
   */
  measure(exchange: OpenExchange, providerName: string, sentModel: string | undefined): void {
    const isWanted = this.#isWanted(exchange, providerName, sentModel);
    exchange.measure = isWanted ? measureText(exchange.inbound.body) : 'unwanted';
  }

  /** Looks at an exchange that is over. */
  learn(exchange: OpenExchange): void {
    const attempt = exchange.attempts.at(-1);
    const tokens = attempt && tokensOf(attempt);
    if (attempt === undefined || tokens === undefined) return;
    if (exchange.measure === undefined) this.measure(exchange, attempt.provider, attempt.sentModel);
    if (exchange.measure === undefined || exchange.measure === 'unwanted') return;
    const key = calibrationKey(attempt.provider, attempt.sentModel, exchange);
    const model = this.#models.get(key) ?? new TokenModel();
    this.#models.set(key, model);
    model.learn(exchange.measure, tokens);
  }

  #isWanted(exchange: OpenExchange, providerName: string, sentModel: string | undefined): boolean {
    const provider = exchange.snapshot.providers.get(providerName);
    if (provider === undefined || exchange.kind.operation !== 'generate') return false;
    if (provider.countTokens === 'forward' && provider.format === exchange.kind.format) return false;
    this.#seen += 1;
    const samples = this.#models.get(calibrationKey(providerName, sentModel, exchange))?.samples ?? 0;
    return samples < ENOUGH || this.#seen % ONE_IN === 0;
  }
}

/** From here on only every so-manieth exchange is measured: it costs a pass over the body. */
const ENOUGH = 100;
const ONE_IN = 512;

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

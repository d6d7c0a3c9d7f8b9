import { GatewayError } from '../domain/errors.ts';
import { promptTokens } from '../domain/usage.ts';
import type { Gateway } from './gateway.ts';
import type { OpenExchange } from './open-exchange.ts';

/**
 * Answers `count_tokens` here when the chosen provider cannot count: with an estimate, marked as such in
 * `x-switchyard-estimate`, or with 501, by the provider's setting.
 * @returns whether the exchange has been answered
 * @throws GatewayError `count_tokens_rejected`
 */
export function countTokensLocally({ tokenScale }: Gateway, exchange: OpenExchange): boolean {
  if (exchange.kind.operation !== 'count-tokens') return false;
  const [target] = exchange.decision?.targets ?? [];
  const provider = target && exchange.snapshot.providers.get(target.provider);
  if (provider === undefined || provider.countTokens === 'forward') return false;
  if (provider.countTokens === 'reject') {
    throw new GatewayError('count_tokens_rejected', `${provider.name} cannot count tokens.`);
  }
  const model = target?.model ?? exchange.facts?.model;
  const tokens = tokenScale.estimate(`${provider.name}/${model}`, exchange.inbound.body);
  const body = Buffer.from(
    JSON.stringify(exchange.kind.format === 'gemini' ? { totalTokens: tokens } : { input_tokens: tokens }),
  );
  exchange.outcome = { kind: 'answered', status: 200 };
  exchange.answer.replace(
    200,
    [
      'content-type',
      'application/json',
      'content-length',
      String(body.length),
      'x-switchyard-estimate',
      'true',
      'x-switchyard-exchange',
      exchange.inbound.id,
      'x-switchyard-decision',
      `rule=${exchange.decision?.rule ?? 'none'}; target=${provider.name}; attempts=0; id=${exchange.decision?.id ?? ''}`,
    ],
    body,
  );
  return true;
}

/** Takes a lesson for such estimates from an answer whose provider counted the prompt itself. */
export function learnTokens({ tokenScale }: Gateway, exchange: OpenExchange): void {
  const last = exchange.attempts.at(-1);
  if (last?.usageQuality !== 'exact') return;
  if (exchange.snapshot.providers.get(last.provider)?.countTokens !== 'estimate') return;
  const tokens = promptTokens(last.usage) ?? 0;
  tokenScale.learn(`${last.provider}/${last.sentModel}`, exchange.inbound.body, tokens);
}

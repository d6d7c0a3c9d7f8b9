import { GatewayError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import { chooseEndpoint } from '../prepare/choose-endpoint.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { calibrationKey } from '../memory/token-calibration.ts';

/**
 * Answers `count_tokens` here when the target whose turn it is cannot count: with an estimate, marked as such in
 * `x-switchyard-estimate`, or with 501, by the provider's setting. Sent there, it would be taken for a prompt to answer.
 * @returns whether the exchange has been answered
 * @throws GatewayError `count_tokens_rejected`
 */
export function countTokensLocally(gateway: Gateway, exchange: OpenExchange, target: Target): boolean {
  if (exchange.kind.operation !== 'count-tokens') return false;
  const provider = exchange.snapshot.providers.get(target.provider);
  if (provider === undefined) return false;
  const model = target.model ?? exchange.facts?.model ?? '';
  const { format } = chooseEndpoint(provider, exchange.kind.format, model);
  // A provider of another format has no counterpart that would count what the client counts.
  if (provider.countTokens === 'forward' && format === exchange.kind.format) return false;
  if (provider.countTokens === 'reject') {
    throw new GatewayError('count_tokens_rejected', `${provider.name} cannot count tokens.`);
  }
  const key = calibrationKey(provider.name, model, exchange);
  const tokens = gateway.calibration.estimate(exchange.inbound.body, key);
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
      `rule=${exchange.decision?.rule ?? 'none'}; target=${provider.name}; attempts=${exchange.attempts.length}; id=${exchange.decision?.id ?? ''}`,
    ],
    body,
  );
  return true;
}

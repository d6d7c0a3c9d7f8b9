import type { Target } from '../../domain/target.ts';
import { askCustomRouter, isRoutedByScript } from '../decide/ask-custom-router.ts';
import { decide } from '../decide/decide.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';

/**
 * Where the copy goes. The owner's own script is asked only now, when the client has the beginning of its answer and waits
 * for nobody; what it says becomes part of the decision, as in mode target.
 * @returns `undefined` when there is no target that may get one
 */
export async function routeCopy(gateway: Gateway, exchange: OpenExchange): Promise<Target | undefined> {
  if (isRoutedByScript(exchange)) {
    exchange.custom = await askCustomRouter(gateway, exchange);
    exchange.decision = decide(gateway, exchange);
  }
  return exchange.decision?.copy?.target;
}

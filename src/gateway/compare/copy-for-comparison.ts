import { fractionOf } from '../../lib/fraction-of.ts';
import { isRoutedByScript } from '../decide/ask-custom-router.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import { Comparison } from './comparison.ts';

/**
 * In mode compare: sees to it that a copy of the request goes to its target once the client's answer has begun.
 * Which requests are copied is drawn from their ids.
 */
export function copyForComparison(gateway: Gateway, exchange: OpenExchange): void {
  const copy = exchange.decision?.copy;
  if (copy === undefined || (copy.target === undefined && !isRoutedByScript(exchange))) return;
  const { sample } = exchange.snapshot.compare;
  if (sample < 1 && fractionOf(`copy ${exchange.inbound.id}`) >= sample) return;
  exchange.follower = new Comparison({ gateway, exchange });
}

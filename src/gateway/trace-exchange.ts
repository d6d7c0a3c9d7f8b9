import type { ExchangeRecord } from '../domain/exchange.ts';
import type { Gateway } from './gateway.ts';
import type { OpenExchange } from './open-exchange.ts';

/** Hands a finished exchange to whoever makes spans of it, if anybody does. */
export function traceExchange(
  gateway: Gateway,
  { facts, inbound, content }: OpenExchange,
  record: ExchangeRecord,
): void {
  gateway.tracer()?.finish({ record, facts, inbound, content });
}

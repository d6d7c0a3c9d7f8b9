import { tellEnded } from './events/exchange-events.ts';
import type { Gateway } from './gateway.ts';
import { closeExchange, type OpenExchange } from './open-exchange.ts';
import { traceExchange } from './trace-exchange.ts';

/** What follows the end of an exchange, whatever the end: it is recorded once, told, traced and learnt from. */
export function conclude(gateway: Gateway, exchange: OpenExchange): void {
  const record = closeExchange(exchange, gateway.clock.monotonic());
  gateway.record(record);
  tellEnded(gateway, record);
  if (exchange.follower === undefined) traceExchange(gateway, exchange, record);
  else exchange.follower.onEnd(record);
  gateway.calibration.learn(exchange);
  if (exchange.capture !== undefined) gateway.captures.end(exchange, exchange.capture);
}

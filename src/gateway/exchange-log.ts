import type { Gateway, GatewayLog } from './gateway.ts';
import type { OpenExchange } from './open-exchange.ts';

type Details = Readonly<Record<string, unknown>>;

/** The log with the exchange and, once there is one, its decision on every line. Made only where there is a line. */
export function exchangeLog({ log }: Gateway, { inbound, decision }: OpenExchange): GatewayLog {
  const own = { exchange: inbound.id, ...(decision === undefined ? {} : { decision: decision.id }) };
  const line = (level: keyof GatewayLog) => (details: Details, message: string) =>
    log[level]({ ...own, ...details }, message);
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

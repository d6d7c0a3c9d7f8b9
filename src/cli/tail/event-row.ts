import type { LiveEvent } from '../../contract/events.ts';
import type { ExchangeRow } from '../usage/format-exchange.ts';

type EndedEvent = Extract<LiveEvent, { type: 'exchange.ended' }>;

/** The line of an exchange from its event alone, for a gateway that keeps no ledger: all but the costs are known. */
export function rowOfEvent(event: EndedEvent): ExchangeRow {
  const time = new Date(event.ts * 1000).toISOString();
  return { ...event, id: event.exchange, time, cost_usd: null, list_cost_usd: null };
}

import type { ExchangeRecord, InboundRequest, RequestFacts } from '../../domain/exchange.ts';
import type { Cost } from '../../pricing/cost.ts';
import type { ExchangeContent } from './content/exchange-content.ts';
import type { SpanContent } from './content/span-content.ts';

/** What is taken from an exchange when it has ended: everything its spans are made of. */
export interface TracedExchange {
  readonly record: ExchangeRecord;
  readonly facts: RequestFacts | undefined;
  readonly inbound: Pick<InboundRequest, 'path' | 'traceContext'>;
  /** Set where spans show what was said. */
  readonly content: ExchangeContent | undefined;
}

/** The same with what had to be looked up. */
export interface PricedExchange extends TracedExchange {
  /** One for each try, in order. */
  readonly costs: readonly Cost[];
  readonly shown: SpanContent | undefined;
}

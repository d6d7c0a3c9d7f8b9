import type { TracingSettings } from '../../config/tracing-settings.ts';
import { parseTraceParent, type TraceParent } from '../../lib/trace-parent.ts';
import type { CostsOfExchange } from '../attempt-costs.ts';
import type { GatewayNotes } from '../notes.ts';
import { exchangeSpans } from './exchange-spans.ts';
import { isSampled } from './sample.ts';
import { spanIdsOf } from './span-ids.ts';
import type { SpanSender } from './span-sender.ts';
import type { PricedExchange, TracedExchange } from './traced-exchange.ts';

export interface ExchangeTracerOptions {
  readonly settings: TracingSettings;
  readonly sender: SpanSender;
  readonly costsOf: CostsOfExchange;
  readonly log: GatewayNotes;
}

/** Makes spans of exchanges that have ended, for as long as one set of settings holds. */
export class ExchangeTracer {
  readonly #options: ExchangeTracerOptions;

  constructor(options: ExchangeTracerOptions) {
    this.#options = options;
  }

  /** Call once, when an exchange is over. Never throws and never waits. */
  finish(exchange: TracedExchange): void {
    const { record } = exchange;
    if (record.kind.operation !== 'generate') return;
    const { sender, settings, costsOf } = this.#options;
    const parent = parentOf(exchange);
    try {
      if (!isSampled(settings.sampler, parent?.traceId ?? spanIdsOf(record.id).trace, parent)) return;
      if (!sender.hasRoomFor(1 + record.attempts.length)) {
        sender.drop(1 + record.attempts.length);
        return;
      }
      const costs = costsOf(record);
      if (costs instanceof Promise)
        void costs.then((known) => this.#send({ ...exchange, costs: known }, parent));
      else this.#send({ ...exchange, costs }, parent);
    } catch (error) {
      this.#failed(error);
    }
  }

  #send(exchange: PricedExchange, parent: TraceParent | undefined): void {
    const { sender, settings } = this.#options;
    try {
      sender.push(exchangeSpans(exchange, settings.conventions, parent), 0);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.sender.drop(1);
    this.#options.log.warn({ error }, '[Trace] The spans of a request could not be made.');
  }
}

function parentOf({ inbound }: TracedExchange): TraceParent | undefined {
  const text = inbound.traceContext?.traceparent;
  return text === undefined ? undefined : parseTraceParent(text);
}

import type { TracingSettings } from '../../config/build/tracing-settings.ts';
import type { InboundRequest, RequestKind } from '../../domain/exchange.ts';
import { MemoryBudget } from '../../lib/memory-budget.ts';
import type { Secret } from '../../lib/secret.ts';
import { parseTraceParent, type TraceParent } from '../../lib/trace-parent.ts';
import type { CostsOfExchange } from '../attempt-costs.ts';
import type { GatewayNotes } from '../notes.ts';
import { ExchangeContent } from './content/exchange-content.ts';
import { OneByOne } from './content/one-by-one.ts';
import type { SpanContent } from './content/span-content.ts';
import { exchangeSpans } from './exchange-spans.ts';
import { isSampled } from './sample.ts';
import { attemptSpanId, spanIdsOf } from './span-ids.ts';
import type { SpanSender } from './span-sender.ts';
import type { PricedExchange, TracedExchange } from './traced-exchange.ts';

export interface ExchangeTracerOptions {
  readonly settings: TracingSettings;
  readonly sender: SpanSender;
  readonly costsOf: CostsOfExchange;
  readonly log: GatewayNotes;
  /** The gateway's own, beside those of the configuration. */
  readonly secrets: readonly Secret[];
}

/** What copies of requests and answers may take of memory until their spans are made. */
const CONTENT_BYTES = 64 * 1024 * 1024;

/** Makes spans of exchanges that have ended, for as long as one set of settings holds. */
export class ExchangeTracer {
  readonly #options: ExchangeTracerOptions;
  readonly #budget = new MemoryBudget(CONTENT_BYTES);
  readonly #decoding = new OneByOne();

  constructor(options: ExchangeTracerOptions) {
    this.#options = options;
  }

  /**
   * Call when a request has been received.
   * @param secretsOf the configuration's secrets, none of which may be shown
   * @returns what is to get a copy of the answer; `undefined` where spans show no content
   */
  begin(
    inbound: InboundRequest,
    kind: RequestKind,
    secretsOf: () => readonly Secret[],
  ): ExchangeContent | undefined {
    const { settings, secrets } = this.#options;
    if (!settings.content || kind.operation !== 'generate') return undefined;
    if (!this.#isSampled(inbound.id, parentOf(inbound))) return undefined;
    const shown = (inbound.credential?.headers ?? []).map(({ value }) => value);
    const known = [...secretsOf(), ...secrets, ...shown].map(textOf);
    return new ExchangeContent(inbound.body, known, this.#budget);
  }

  /** The parent that a provider is told, which may be told of one. */
  parentFor(inbound: InboundRequest, ordinal: number): TraceParent {
    const ids = spanIdsOf(inbound.id);
    const parent = parentOf(inbound);
    return {
      traceId: parent?.traceId ?? ids.trace,
      spanId: attemptSpanId(ids, ordinal),
      sampled: this.#isSampled(inbound.id, parent),
    };
  }

  /** Call once, when an exchange is over. Never throws and never waits. */
  finish(exchange: TracedExchange): void {
    const { record } = exchange;
    const content = this.#shownOf(exchange);
    if (record.kind.operation !== 'generate') return;
    const spans = 1 + record.attempts.length;
    const parent = parentOf(exchange.inbound);
    try {
      if (!this.#isSampled(record.id, parent)) return;
      if (!this.#options.sender.hasRoomFor(spans)) {
        this.#options.sender.drop(spans);
        content?.release();
        return;
      }
      if (content === undefined) this.#price({ ...exchange, shown: undefined }, parent);
      else this.#decoding.add(() => this.#decode(exchange, content, parent));
    } catch (error) {
      this.#failed(error, spans);
    }
  }

  /** What was copied while spans showed content is not shown once they are not to. */
  #shownOf({ content }: TracedExchange): ExchangeContent | undefined {
    if (this.#options.settings.content) return content;
    content?.release();
    return undefined;
  }

  /** Resolves when the spans of all exchanges that have ended are made. */
  idle(): Promise<void> {
    return this.#decoding.idle();
  }

  #isSampled(exchangeId: string, parent: TraceParent | undefined): boolean {
    const { sampler } = this.#options.settings;
    return isSampled(sampler, parent?.traceId ?? spanIdsOf(exchangeId).trace, parent);
  }

  async #decode(
    exchange: TracedExchange,
    content: ExchangeContent,
    parent: TraceParent | undefined,
  ): Promise<void> {
    try {
      const { decodeContent } = await import('./content/decode-content.ts');
      const { record, facts } = exchange;
      const shown = decodeContent({
        content,
        format: record.kind.format,
        client: { model: facts?.model, stream: facts?.stream },
        limit: this.#options.settings.contentLimit,
      });
      this.#price({ ...exchange, shown }, parent);
    } catch (error) {
      this.#failed(error, 1 + exchange.record.attempts.length);
    } finally {
      content.release();
    }
  }

  #price(
    exchange: TracedExchange & { readonly shown: SpanContent | undefined },
    parent: TraceParent | undefined,
  ): void {
    const costs = this.#options.costsOf(exchange.record);
    if (costs instanceof Promise)
      void costs.then((known) => this.#send({ ...exchange, costs: known }, parent));
    else this.#send({ ...exchange, costs }, parent);
  }

  #send(exchange: PricedExchange, parent: TraceParent | undefined): void {
    const { sender, settings } = this.#options;
    try {
      sender.push(exchangeSpans(exchange, settings.conventions, parent), exchange.shown?.size ?? 0);
    } catch (error) {
      this.#failed(error, 1 + exchange.record.attempts.length);
    }
  }

  #failed(error: unknown, spans: number): void {
    this.#options.sender.drop(spans);
    this.#options.log.warn({ error }, '[Trace] The spans of a request could not be made.');
  }
}

function parentOf({ traceContext }: Pick<InboundRequest, 'traceContext'>): TraceParent | undefined {
  const text = traceContext?.traceparent;
  return text === undefined ? undefined : parseTraceParent(text);
}

/** Without the scheme in front of it, with which it will not stand in a message. */
function textOf(secret: Secret): string {
  return secret.reveal().replace(/^(?:bearer|basic)\s+/i, '');
}

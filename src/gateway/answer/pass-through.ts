import { headerValue } from '../../domain/headers.ts';
import type { GatewayError } from '../../domain/errors.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';
import { answerHeaders } from './answer-headers.ts';
import type { Delivery, DeliveryEnd } from './delivery.ts';
import type { MeterInput } from '../attempt/metering-tap.ts';
import type { OpenExchange } from '../open-exchange.ts';

export interface PassThroughInput {
  readonly exchange: OpenExchange;
  readonly meter: MeterInput;
  readonly ownCredential: boolean;
  /** The text of `x-switchyard-decision`. */
  readonly decision: string;
  /** Begins the client's answer. */
  readonly start: (status: number, headers: string[]) => void;
}

/** The answer as it came, byte for byte. */
export class PassThrough implements Delivery {
  readonly meter: MeterInput;
  readonly #input: PassThroughInput;
  #isEventStream = false;

  constructor(input: PassThroughInput) {
    this.#input = input;
    this.meter = input.meter;
  }

  begin({ status, headers: upstream }: UpstreamHead): void {
    const { ownCredential, exchange, decision, start } = this.#input;
    this.#isEventStream = headerValue(upstream, 'content-type')?.startsWith('text/event-stream') ?? false;
    const exchangeId = exchange.inbound.id;
    start(status, answerHeaders({ upstream, status, ownCredential, exchangeId, decision }));
  }

  data(chunk: Buffer): void {
    this.#input.exchange.answer.write(chunk);
  }

  end(): DeliveryEnd {
    const { answer } = this.#input.exchange;
    const { status } = answer;
    answer.end();
    return { kind: 'delivered', status };
  }

  breakOff(error: GatewayError, sawWholeFrames: 'whole frames' | 'part of a frame'): void {
    const { answer, format, inbound } = this.#input.exchange;
    const safe = this.#isEventStream && sawWholeFrames === 'whole frames';
    answer.breakOff(safe ? format.encodeStreamError(error, inbound.id) : undefined);
  }

  release(): void {
    // Nothing is kept.
  }
}

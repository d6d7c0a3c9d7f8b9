import type { AttemptOutcome, SentState } from '../domain/attempt.ts';
import { GatewayError } from '../domain/errors.ts';
import { headerValue } from '../domain/headers.ts';
import { wireFormatOf } from '../formats/index.ts';
import type { AttemptIntent } from '../domain/ledger.ts';
import type { ResponseMeter } from '../formats/wire-format.ts';
import { afterFailure, afterStatus, type RetryState, type RetryVerdict } from '../guard/retry-policy.ts';
import type { UpstreamCall, UpstreamFailure, UpstreamHandler, UpstreamHead } from '../transport/upstream.ts';
import { headerText } from './answer-headers.ts';
import { attemptIntent } from './attempt-intent.ts';
import { attemptRecord } from './attempt-record.ts';
import type { Delivery } from './delivery.ts';
import type { Gateway } from './gateway.ts';
import { createNullMeter } from './null-meter.ts';
import { createMeteringTap, type MeteringTap } from './metering-tap.ts';
import { exchangeContext, type CancelReason, type OpenExchange } from './open-exchange.ts';
import { PassThrough } from './pass-through.ts';
import type { PreparedRequest } from './prepare.ts';
import { Translated } from './translated.ts';

/** How a try ended, as far as the exchange has to go on from it. */
export type AttemptEnd =
  /** The client has its answer, whole or broken off; nothing is left to do. */
  | { readonly kind: 'delivered' }
  /** Nothing reached the client. `error` is what to tell it if no other try follows. */
  | { readonly kind: 'undelivered'; readonly verdict: RetryVerdict; readonly error: GatewayError }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason };

export interface AttemptInput {
  readonly gateway: Gateway;
  readonly exchange: OpenExchange;
  readonly prepared: PreparedRequest;
  readonly retry: Omit<RetryState, 'maybeBilled'>;
}

/** One upstream try: sends, decides at the head whether this answer is delivered, passes it on, records it. */
export function attempt(input: AttemptInput): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    new Attempt(input, resolve).start();
  });
}

class Attempt implements UpstreamHandler {
  readonly #input: AttemptInput;
  readonly #settle: (end: AttemptEnd) => void;
  readonly #meter: ResponseMeter;
  readonly #startedAt: number;
  readonly #delivery: Delivery;
  readonly #intent: AttemptIntent;
  #tap: MeteringTap | undefined;
  #call: UpstreamCall | undefined;
  #head: UpstreamHead | undefined;
  #firstEventTimer: NodeJS.Timeout | undefined;
  #ttftMs: number | undefined;
  #isEventStream = false;
  #isEmpty = true;
  #done = false;

  constructor(input: AttemptInput, settle: (end: AttemptEnd) => void) {
    this.#input = input;
    this.#settle = settle;
    const { gateway, exchange, prepared } = input;
    const format = wireFormatOf(prepared.provider.format);
    const metered = exchange.kind.operation === 'generate';
    this.#meter = metered ? format.createMeter(exchange.facts?.stream ?? false) : createNullMeter();
    this.#delivery = this.#createDelivery();
    this.#startedAt = gateway.clock.monotonic();
    this.#intent = attemptIntent(exchange, input.prepared, gateway.clock.now());
  }

  #createDelivery(): Delivery {
    const { exchange, prepared } = this.#input;
    const { translation, credential } = prepared;
    const input = {
      exchange,
      meter: this.#meter,
      ownCredential: credential.owner === 'gateway',
      decision: this.#decisionText(),
      start: (status: number, headers: string[]) => exchange.answer.begin(status, headers),
    };
    return translation === undefined
      ? new PassThrough(input)
      : new Translated({ ...input, prepared, translation });
  }

  start(): void {
    const { gateway, exchange, prepared } = this.#input;
    exchange.cancel = (reason) => this.#cancel(reason);
    this.#announce();
    this.#call = gateway.transport.send(prepared.upstream, this);
    exchange.answer.feedFrom(this.#call);
  }

  /** Whatever becomes of this process, the try about to be sent is on record, and so is the one before it. */
  #announce(): void {
    const { gateway, exchange } = this.#input;
    const context = exchangeContext(exchange);
    const previous = exchange.attempts.at(-1);
    if (previous !== undefined) gateway.ledger.recordAttempt(previous, context);
    gateway.ledger.recordIntent(this.#intent, context);
  }

  onHead(head: UpstreamHead): void {
    if (this.#done) return;
    this.#head = head;
    const { exchange, prepared } = this.#input;
    const contentType = headerValue(head.headers, 'content-type') ?? '';
    const isPage = head.status === 200 && contentType.startsWith('text/html');
    if (isPage && exchange.kind.operation === 'generate') {
      this.#call?.abort();
      this.#failed(webPageError(prepared), 'maybe-sent', false);
      return;
    }
    const ownCredential = prepared.credential.owner === 'gateway';
    const verdict = afterStatus({ status: head.status, ownCredential }, this.#retryState());
    if (verdict.kind !== 'surface') {
      this.#call?.abort();
      this.#finish({ kind: 'answered', status: head.status });
      this.#settle({ kind: 'undelivered', verdict, error: statusError(prepared, head.status) });
      return;
    }
    this.#isEventStream = contentType.startsWith('text/event-stream');
    this.#tap = createMeteringTap(this.#delivery.meter, headerValue(head.headers, 'content-encoding'));
    this.#delivery.begin(head);
    const { firstEvent } = prepared.provider.clocks;
    if (this.#isEventStream && firstEvent > 0) {
      this.#firstEventTimer = setTimeout(() => this.#onFirstEventTimeout(), firstEvent);
    }
  }

  onData(chunk: Buffer): void {
    if (this.#done) return;
    this.#isEmpty = false;
    this.#delivery.data(chunk);
    this.#tap?.push(chunk);
    if (this.#ttftMs === undefined && (this.#meter.report.sawContent || !this.#isEventStream))
      this.#onContent();
  }

  onEnd(): void {
    if (this.#done) return;
    if (this.#tap === undefined) this.#complete();
    else this.#tap.finish(() => this.#complete());
  }

  onError(failure: UpstreamFailure): void {
    if (this.#done) return;
    if (this.#head === undefined) {
      this.#failed(failure.error, failure.sent, failure.staleSocket, failure.http2);
      return;
    }
    this.#breakOff(failure.error);
  }

  #onContent(): void {
    this.#ttftMs = this.#input.gateway.clock.monotonic() - this.#startedAt;
    clearTimeout(this.#firstEventTimer);
  }

  #onFirstEventTimeout(): void {
    const { prepared } = this.#input;
    this.#call?.abort();
    const seconds = prepared.provider.clocks.firstEvent / 1000;
    this.#breakOff(
      new GatewayError(
        'upstream_first_event_timeout',
        `${prepared.provider.name} sent no content for ${seconds} s.`,
      ),
    );
  }

  /** The upstream's body is complete as HTTP; whether it is complete as an answer, the meter knows. */
  #complete(): void {
    if (this.#done) return;
    const { exchange, prepared } = this.#input;
    const status = this.#head?.status ?? 0;
    const { report } = this.#meter;
    const generated = status === 200 && exchange.kind.operation === 'generate';
    const truncated =
      generated && this.#isEventStream && !report.complete && report.streamError === undefined;
    const empty = generated && this.#isEmpty;
    if (truncated || empty) {
      this.#breakOff(new GatewayError('upstream_reset', `${prepared.provider.name} ended its answer early.`));
      return;
    }
    const end = this.#delivery.end();
    if (end.kind === 'broken') {
      this.#breakOff(end.error);
      return;
    }
    this.#finish({ kind: 'answered', status });
    exchange.outcome = { kind: 'answered', status: end.status };
    this.#settle({ kind: 'delivered' });
  }

  /** No answer began: the retry policy decides what becomes of the exchange. */
  #failed(
    error: GatewayError,
    sent: SentState,
    staleSocket: boolean,
    http2 = this.#head?.http2 ?? false,
  ): void {
    const { h2Fallback } = this.#input.prepared.provider;
    this.#finish({ kind: 'failed', error: error.code, sent }, http2);
    const verdict = afterFailure(
      { error: error.code, sent, http2, staleSocket, h2Fallback },
      this.#retryState(),
    );
    this.#settle({ kind: 'undelivered', verdict, error });
  }

  /** An answer that began cannot be completed: say so in the stream where that is safe, else cut the socket. */
  #breakOff(error: GatewayError): void {
    const { exchange } = this.#input;
    const { answer } = exchange;
    const status = answer.status;
    this.#finish({ kind: 'broken', status, error: error.code });
    exchange.outcome = { kind: 'broken', status, error: error.code };
    if (answer.revoke()) {
      this.#settle({ kind: 'undelivered', verdict: { kind: 'surface' }, error });
      return;
    }
    const isWhole = this.#tap?.plain === true && this.#meter.report.atFrameBoundary;
    this.#delivery.breakOff(error, isWhole ? 'whole frames' : 'part of a frame');
    this.#settle({ kind: 'delivered' });
  }

  #cancel(reason: CancelReason): void {
    if (this.#done) return;
    this.#call?.abort();
    if (reason === 'shutdown' && this.#head !== undefined) {
      this.#breakOff(new GatewayError('draining', 'The gateway is shutting down.', { retryAfter: 1 }));
      return;
    }
    this.#finish({ kind: 'aborted', status: this.#head?.status });
    this.#settle({ kind: 'cancelled', reason });
  }

  #retryState(): RetryState {
    const { exchange, retry } = this.#input;
    const maybeBilled = exchange.attempts.filter((record) => mayHaveBilled(record.outcome)).length;
    return { ...retry, maybeBilled: maybeBilled + 1 };
  }

  #finish(outcome: AttemptOutcome, http2 = this.#head?.http2 ?? false): void {
    this.#done = true;
    clearTimeout(this.#firstEventTimer);
    this.#delivery.release();
    const { gateway, exchange, prepared } = this.#input;
    exchange.cancel = undefined;
    const meter = this.#meter;
    const { report } = meter;
    if (this.#head?.status === 200) gateway.signatures.remember(report.signatures, prepared.provider.name);
    exchange.attempts.push(
      attemptRecord({
        intent: this.#intent,
        meter,
        outcome,
        head: this.#head,
        http2,
        ttftMs: this.#ttftMs,
        totalMs: gateway.clock.monotonic() - this.#startedAt,
      }),
    );
  }

  #decisionText(): string {
    const { exchange, prepared } = this.#input;
    const { decision, attempts } = exchange;
    const target =
      prepared.sentModel === undefined
        ? prepared.provider.name
        : `${prepared.provider.name}/${prepared.sentModel}`;
    return `rule=${decision?.rule ?? 'none'}; target=${headerText(target)}; attempts=${attempts.length + 1}; id=${decision?.id ?? ''}`;
  }
}

function mayHaveBilled(outcome: AttemptOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.sent === 'maybe-sent';
  return outcome.kind === 'answered'
    ? outcome.status >= 500 && outcome.status !== 503 && outcome.status !== 529
    : true;
}

function webPageError(prepared: PreparedRequest): GatewayError {
  return new GatewayError(
    'upstream_protocol',
    `${prepared.provider.name} answered with a web page instead of an API response.`,
  );
}

function statusError(prepared: PreparedRequest, status: number): GatewayError {
  return new GatewayError('upstream_protocol', `${prepared.provider.name} answered with status ${status}.`);
}

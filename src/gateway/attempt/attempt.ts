import type { AttemptOutcome, SentState } from '../../domain/attempt.ts';
import { GatewayError } from '../../domain/errors.ts';
import { headerValue } from '../../domain/headers.ts';
import { wireFormatOf } from '../../formats/index.ts';
import type { AttemptIntent } from '../../domain/ledger.ts';
import type { ResponseMeter } from '../../formats/wire-format.ts';
import type { Refusal } from '../../guard/classify-answer.ts';
import type { BreakerVerdict } from '../../guard/breaker.ts';
import { REFUSAL_EFFECTS } from '../../guard/refusal-effect.ts';
import { afterFailure, afterRefusal, afterUselessAnswer } from '../../guard/retry-policy.ts';
import { GrowingBytes } from '../../lib/growing-bytes.ts';
import type {
  UpstreamCall,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamHead,
} from '../../transport/upstream.ts';
import type { AttemptEnd, AttemptInput } from './attempt-end.ts';
import { attemptIntent } from './attempt-intent.ts';
import { attemptRecord } from './attempt-record.ts';
import { createDelivery } from '../answer/create-delivery.ts';
import type { Delivery } from '../answer/delivery.ts';
import { tellFirstToken } from '../events/exchange-events.ts';
import {
  flawOf,
  isOfNoUse,
  judgeRefusal,
  meaningOf,
  outcomeOf,
  verdictOnError,
  verdictOnFlaw,
} from './judge-answer.ts';
import { learnQuota, learnRefusal, learnScale, learnVerdict } from './learn.ts';
import { createNullMeter } from './null-meter.ts';
import { createMeteringTap, type ContentWatcher, type MeterInput, type MeteringTap } from './metering-tap.ts';
import { exchangeContext, type CancelReason } from '../open-exchange.ts';
import { firstEventError, refusalError, webPageError } from './refusal-error.ts';
import { releaseRequest } from '../prepare/release-request.ts';
import { retryState } from './retry-state.ts';
import { withTraceContext } from '../receive/trace-headers.ts';

/** Refusals are read this far before they are judged; longer ones are judged by their beginning. */
const MAX_JUDGED_BYTES = 64 * 1024;

/** A whole answer that is larger is passed on as it comes: it is certainly not empty. */
const MAX_HELD_BYTES = 1024 * 1024;

/** One upstream try: sends, judges whether this answer is delivered, passes it on, records it. */
export function attempt(input: AttemptInput): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    new Attempt(input, resolve).start();
  });
}

class Attempt implements UpstreamHandler, ContentWatcher {
  readonly #input: AttemptInput;
  readonly #settle: (end: AttemptEnd) => void;
  readonly #meter: ResponseMeter;
  readonly #startedAt: number;
  readonly #delivery: Delivery;
  readonly #intent: AttemptIntent;
  #tap: MeteringTap | undefined;
  #call: UpstreamCall | undefined;
  #head: UpstreamHead | undefined;
  /** The beginning of a refusal's body, while it is not yet judged. */
  #refused: GrowingBytes | undefined;
  /** Set when the client gets a refusal as its answer. */
  #refusedAs: Refusal | undefined;
  #firstEventTimer: NodeJS.Timeout | undefined;
  #holdTimer: NodeJS.Timeout | undefined;
  #ttftMs: number | undefined;
  #isEventStream = false;
  #isEmpty = true;
  #requestReleased = false;
  /** The answer is kept back, because it may yet turn out to be of no use. */
  #holding = false;
  #done = false;

  constructor(input: AttemptInput, settle: (end: AttemptEnd) => void) {
    this.#input = input;
    this.#settle = settle;
    const { gateway, exchange, prepared } = input;
    const format = wireFormatOf(prepared.provider.format);
    const metered = exchange.kind.operation === 'generate';
    this.#meter = metered ? format.createMeter(exchange.facts?.stream ?? false) : createNullMeter();
    this.#delivery = createDelivery(input, this.#meter, () => this.#holding);
    this.#startedAt = gateway.clock.monotonic();
    this.#intent = attemptIntent(exchange, input.prepared, gateway.clock.now());
  }

  start(): void {
    const { gateway, exchange, prepared } = this.#input;
    // V8 takes a function that is written where it is assigned to a property for a method, and puts it among the old
    // objects: there it would keep all of a finished exchange from the short collections.
    const cancel = (reason: CancelReason): void => this.#cancel(reason);
    exchange.cancel = cancel;
    exchange.answer.whenCommitted(() => this.#releaseRequest());
    this.#announce();
    const { ordinal } = this.#intent;
    const upstream = withTraceContext(gateway, { inbound: exchange.inbound, ordinal }, prepared.upstream);
    const handler = exchange.capture?.attempt(this.#intent, upstream, this) ?? this;
    this.#call = gateway.transport.send(upstream, handler);
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
    const { gateway, exchange, prepared } = this.#input;
    const contentType = headerValue(head.headers, 'content-type') ?? '';
    const isPage = head.status === 200 && contentType.startsWith('text/html');
    if (isPage && exchange.kind.operation === 'generate') {
      this.#call?.abort();
      return this.#failed(webPageError(prepared), 'maybe-sent', false);
    }
    this.#isEventStream = contentType.startsWith('text/event-stream');
    if (exchange.kind.operation !== 'passthrough') {
      learnQuota(gateway, this.#input, head);
      if (head.status >= 400) {
        this.#refused = new GrowingBytes(MAX_JUDGED_BYTES);
        return;
      }
    }
    this.#begin(head);
  }

  onData(chunk: Buffer): void {
    if (this.#done) return;
    if (this.#refused !== undefined) {
      if (this.#refused.append(chunk, 0, chunk.length)) return;
      this.#judgeRefusal(this.#refused);
      if (this.#done) return;
    }
    this.#deliver(chunk);
    this.lookForContent();
    if (this.#holding) this.#lookAtHeld();
    // The first bytes of an answer may overtake the news that its request has left.
    this.#releaseRequest();
  }

  #releaseRequest(): void {
    if (this.#requestReleased || this.#call?.bodyWritten !== true) return;
    this.#requestReleased = releaseRequest({ ...this.#input, call: this.#call });
  }

  #deliver(chunk: Buffer): void {
    this.#isEmpty = false;
    this.#delivery.data(chunk);
    this.#tap?.push(chunk);
  }

  onEnd(): void {
    if (this.#done) return;
    if (this.#refused !== undefined) this.#judgeRefusal(this.#refused);
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
    if (this.#refused !== undefined) this.#judgeRefusal(this.#refused);
    if (!this.#done) this.#breakOff(failure.error);
  }

  /** This answer is the client's, unless it is held back and turns out to be of no use. */
  #begin(head: UpstreamHead): void {
    const encoding = headerValue(head.headers, 'content-encoding');
    this.#tap = createMeteringTap(this.#meterInput(head), encoding, this);
    if (this.#mayHold(head.status)) this.#hold();
    this.#delivery.begin(head);
    const { firstEvent } = this.#input.prepared.provider.clocks;
    if (this.#isEventStream && firstEvent > 0)
      this.#firstEventTimer = setTimeout(() => this.#onFirstEventTimeout(), firstEvent);
  }

  #meterInput({ status }: UpstreamHead): MeterInput {
    const { exchange, prepared } = this.#input;
    const { meter } = this.#delivery;
    return exchange.follower?.onAnswer({ status, prepared, meter, call: this.#call }) ?? meter;
  }

  /** Only what can be read as it passes, and only while somebody else could take over. */
  #mayHold(status: number): boolean {
    const { exchange, targetsLeft } = this.#input;
    return (
      targetsLeft > 0 &&
      status === 200 &&
      exchange.kind.operation === 'generate' &&
      this.#tap?.plain === true &&
      exchange.snapshot.guard.retry.hold > 0
    );
  }

  #hold(): void {
    this.#holding = true;
    this.#holdTimer = setTimeout(() => this.#letGo(), this.#input.exchange.snapshot.guard.retry.hold);
  }

  #letGo(): void {
    this.#holding = false;
    clearTimeout(this.#holdTimer);
    this.#input.exchange.answer.release();
  }

  #lookAtHeld(): void {
    const { answer, facts } = this.#input.exchange;
    const { report } = this.#meter;
    if (report.streamError !== undefined && !report.sawContent) this.#rejectHeld();
    if (this.#done) return;
    const isUseful = facts?.requiresTool === true ? report.toolCalls > 0 : report.sawContent;
    if ((this.#isEventStream && isUseful) || answer.bytes > MAX_HELD_BYTES) this.#letGo();
  }

  /** The held answer is of no use: on to the next target, if there may be one. */
  #rejectHeld(): void {
    const { answer } = this.#input.exchange;
    const { streamError } = this.#meter.report;
    const state = retryState(this.#input);
    const verdict =
      streamError === undefined
        ? afterUselessAnswer(state)
        : afterRefusal(
            { meaning: meaningOf(streamError, this.#input.prepared), retryAfterMs: undefined },
            state,
          );
    if (verdict.kind === 'surface' || !answer.revoke()) {
      this.#letGo();
      return;
    }
    this.#call?.abort();
    this.#finish(outcomeOf(this.#head, this.#meter.report), this.#verdictOnContent());
    const { name } = this.#input.prepared.provider;
    const error = new GatewayError('upstream_protocol', `${name} gave an answer of no use: ${this.#flaw()}.`);
    this.#settle({ kind: 'undelivered', verdict, error });
  }

  #judgeRefusal(body: GrowingBytes): void {
    const { gateway, prepared, pass } = this.#input;
    const head = this.#head;
    if (head === undefined) return;
    this.#refused = undefined;
    const bytes = Buffer.from(body.storage.subarray(0, body.length));
    const refusal = judgeRefusal(prepared, head, bytes, gateway.clock.now());
    learnRefusal(gateway, this.#input, pass, refusal);
    const verdict = afterRefusal(refusal, retryState(this.#input));
    if (verdict.kind === 'surface') {
      this.#refusedAs = refusal;
      this.#begin(head);
      if (bytes.length > 0) this.#deliver(bytes);
      return;
    }
    this.#call?.abort();
    this.#finish({ kind: 'answered', status: head.status }, REFUSAL_EFFECTS[refusal.meaning].breaker);
    this.#settle({ kind: 'undelivered', verdict, error: refusalError(prepared, head.status, refusal) });
  }

  /** Asked after each chunk; of an encoded answer also when a piece of it has been inflated, which is later. */
  lookForContent(): void {
    if (this.#ttftMs !== undefined || this.#done) return;
    if (this.#isEventStream && !this.#meter.report.sawContent) return;
    this.#ttftMs = this.#input.gateway.clock.monotonic() - this.#startedAt;
    clearTimeout(this.#firstEventTimer);
    tellFirstToken(this.#input, this.#ttftMs);
  }

  #onFirstEventTimeout(): void {
    this.#call?.abort();
    this.#breakOff(firstEventError(this.#input.prepared));
  }

  /** The upstream's body is complete as HTTP; whether it is complete as an answer, the meter knows. */
  #complete(): void {
    if (this.#done) return;
    const { exchange, prepared } = this.#input;
    const { report } = this.#meter;
    const generated = this.#isGenerated();
    const truncated =
      generated && this.#isEventStream && !report.complete && report.streamError === undefined;
    const empty = generated && this.#isEmpty;
    if (truncated || empty) {
      this.#breakOff(new GatewayError('upstream_reset', `${prepared.provider.name} ended its answer early.`));
      return;
    }
    if (this.#holding && isOfNoUse(this.#flaw())) this.#rejectHeld();
    if (this.#done) return;
    const end = this.#delivery.end();
    if (end.kind === 'broken') {
      this.#breakOff(end.error);
      return;
    }
    const outcome = outcomeOf(this.#head, report);
    this.#finish(outcome, this.#verdictOnContent());
    const isBroken = outcome.kind === 'broken' && end.status < 400;
    exchange.outcome = isBroken ? outcome : { kind: 'answered', status: end.status };
    this.#settle({ kind: 'delivered', served: !isBroken && end.status < 400 });
  }

  /** No answer began: the retry policy decides what becomes of the exchange. */
  #failed(
    error: GatewayError,
    sent: SentState,
    staleSocket: boolean,
    http2 = this.#head?.http2 ?? false,
  ): void {
    const { h2Fallback } = this.#input.prepared.provider;
    const state = retryState(this.#input);
    this.#finish({ kind: 'failed', error: error.code, sent }, verdictOnError(error), http2);
    const verdict = afterFailure({ error: error.code, sent, http2, staleSocket, h2Fallback }, state);
    this.#settle({ kind: 'undelivered', verdict, error });
  }

  /** An answer that began cannot be completed: say so in the stream where that is safe, else cut the socket. */
  #breakOff(error: GatewayError): void {
    const { exchange } = this.#input;
    const { answer } = exchange;
    const status = answer.status;
    const state = retryState(this.#input);
    this.#finish({ kind: 'broken', status, error: error.code }, verdictOnError(error));
    if (answer.revoke()) {
      const failed = { error: error.code, http2: false, staleSocket: false, h2Fallback: false };
      const verdict = afterFailure({ ...failed, sent: 'maybe-sent' }, state);
      this.#settle({ kind: 'undelivered', verdict, error });
      return;
    }
    exchange.outcome = { kind: 'broken', status, error: error.code };
    const isWhole = this.#tap?.plain === true && this.#meter.report.atFrameBoundary;
    this.#delivery.breakOff(error, isWhole ? 'whole frames' : 'part of a frame');
    this.#settle({ kind: 'delivered', served: false });
  }

  #cancel(reason: CancelReason): void {
    if (this.#done) return;
    this.#call?.abort();
    if (reason === 'shutdown' && this.#head !== undefined) {
      this.#breakOff(new GatewayError('draining', 'The gateway is shutting down.', { retryAfter: 1 }));
      return;
    }
    this.#finish({ kind: 'aborted', status: this.#head?.status }, undefined);
    this.#settle({ kind: 'cancelled', reason });
  }

  #isGenerated(): boolean {
    return this.#head?.status === 200 && this.#input.exchange.kind.operation === 'generate';
  }

  /** Why a generated answer is of no use; what could not be read as it passed cannot be judged. */
  #flaw(): string | undefined {
    if (!this.#isGenerated() || this.#tap?.plain !== true) return undefined;
    return flawOf(this.#meter.report, this.#input.exchange.facts);
  }

  #verdictOnContent(): BreakerVerdict | undefined {
    if (this.#refusedAs !== undefined) return REFUSAL_EFFECTS[this.#refusedAs.meaning].breaker;
    return verdictOnFlaw(this.#flaw(), this.#meter.report, this.#input.prepared);
  }

  #finish(
    outcome: AttemptOutcome,
    verdict: BreakerVerdict | undefined,
    http2 = this.#head?.http2 ?? false,
  ): void {
    this.#done = true;
    clearTimeout(this.#firstEventTimer);
    clearTimeout(this.#holdTimer);
    this.#delivery.release();
    const { gateway, exchange, prepared, pass } = this.#input;
    exchange.cancel = undefined;
    const meter = this.#meter;
    const { report } = meter;
    if (this.#head?.status === 200) gateway.signatures.remember(report.signatures, prepared.provider.name);
    learnVerdict(gateway, exchange, pass, verdict);
    learnScale(gateway, exchange, report);
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
}

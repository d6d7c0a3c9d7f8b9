import type { AttemptOutcome, AttemptRecord } from '../../domain/attempt.ts';
import { GatewayError } from '../../domain/errors.ts';
import { headerValue } from '../../domain/headers.ts';
import type { AttemptIntent } from '../../domain/ledger.ts';
import { wireFormatOf } from '../../formats/index.ts';
import type { ResponseMeter } from '../../formats/wire-format.ts';
import type { BreakerVerdict } from '../../guard/breaker.ts';
import { REFUSAL_EFFECTS } from '../../guard/refusal-effect.ts';
import type { Pass } from '../../guard/target-registry.ts';
import { GrowingBytes } from '../../lib/growing-bytes.ts';
import type {
  UpstreamCall,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamHead,
} from '../../transport/upstream.ts';
import { attemptIntent } from '../attempt/attempt-intent.ts';
import { attemptRecord } from '../attempt/attempt-record.ts';
import type { Gateway } from '../gateway.ts';
import { outcomeOf, flawOf, judgeRefusal, verdictOnError, verdictOnFlaw } from '../attempt/judge-answer.ts';
import { learnRefusal, learnVerdict } from '../attempt/learn.ts';
import { createMeteringTap, type ContentWatcher, type MeteringTap } from '../attempt/metering-tap.ts';
import { exchangeContext, type OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';
import { RecordedAnswer } from './recorded-answer.ts';

export interface ShadowInput {
  readonly gateway: Gateway;
  /** The exchange as its copy knows it: without anything the caller showed. */
  readonly exchange: OpenExchange;
  readonly prepared: PreparedRequest;
  readonly pass: Pass;
  /** Behind those of the exchange's own attempts. */
  readonly ordinal: number;
}

/** How a copy ended. */
export interface ShadowEnd {
  readonly attempt: AttemptRecord;
  /** `undefined` where there is no whole answer. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

const MAX_JUDGED_BYTES = 64 * 1024;

/** One copy on its way: sent once, read to its end, recorded as what it is. Nobody waits for it. */
export class ShadowCall implements UpstreamHandler, ContentWatcher {
  readonly #input: ShadowInput;
  readonly #settle: (end: ShadowEnd) => void;
  readonly #meter: ResponseMeter;
  readonly #answer: RecordedAnswer;
  readonly #intent: AttemptIntent;
  readonly #startedAt: number;
  readonly #refused = new GrowingBytes(MAX_JUDGED_BYTES);
  #tap: MeteringTap | undefined;
  #call: UpstreamCall | undefined;
  #head: UpstreamHead | undefined;
  #ttftMs: number | undefined;
  #isEventStream = false;
  #done = false;

  constructor(input: ShadowInput, settle: (end: ShadowEnd) => void) {
    this.#input = input;
    this.#settle = settle;
    const { gateway, exchange, prepared, ordinal } = input;
    const { answerBytes } = exchange.snapshot.compare;
    this.#meter = wireFormatOf(prepared.provider.format).createMeter(prepared.upstream.stream);
    this.#answer = new RecordedAnswer(this.#meter, answerBytes, () => this.#tooLong());
    this.#startedAt = gateway.clock.monotonic();
    this.#intent = {
      ...attemptIntent(exchange, prepared, gateway.clock.now()),
      id: `${exchange.inbound.id}.shadow`,
      ordinal,
      role: 'shadow',
      reason: 'shadow',
    };
  }

  get body(): Buffer {
    return this.#input.prepared.upstream.body;
  }

  /** Whether nothing reads the memory of the request any more. */
  get requestWritten(): boolean {
    return this.#call?.bodyWritten === true;
  }

  start(): void {
    const { gateway, exchange, prepared } = this.#input;
    gateway.ledger.recordIntent(this.#intent, exchangeContext(exchange));
    const limitMs = exchange.snapshot.compare.timeout;
    this.#call = gateway.transport.send({ ...prepared.upstream, limitMs }, this);
  }

  /** Breaks the copy off, at a shutdown or with its client. */
  cancel(): void {
    if (this.#done) return;
    this.#call?.abort();
    this.#finish({ kind: 'aborted', status: this.#head?.status }, undefined);
  }

  onHead(head: UpstreamHead): void {
    if (this.#done) return;
    this.#head = head;
    this.#isEventStream = headerValue(head.headers, 'content-type')?.startsWith('text/event-stream') ?? false;
    if (head.status < 400)
      this.#tap = createMeteringTap(this.#answer, headerValue(head.headers, 'content-encoding'), this);
  }

  onData(chunk: Buffer): void {
    if (this.#done) return;
    if (this.#tap === undefined) {
      this.#refused.append(chunk, 0, chunk.length);
      return;
    }
    this.#tap.push(chunk);
    this.lookForContent();
  }

  lookForContent(): void {
    if (this.#done || this.#ttftMs !== undefined) return;
    if (this.#meter.report.sawContent || !this.#isEventStream)
      this.#ttftMs = this.#input.gateway.clock.monotonic() - this.#startedAt;
  }

  onEnd(): void {
    if (this.#done) return;
    if (this.#tap === undefined) this.#onRefusal();
    else this.#tap.finish(() => this.#onAnswer());
  }

  onError({ error, sent, http2 }: UpstreamFailure): void {
    if (this.#done) return;
    const verdict = verdictOnError(error);
    if (this.#head === undefined) this.#finish({ kind: 'failed', error: error.code, sent }, verdict, http2);
    else this.#finish({ kind: 'broken', status: this.#head.status, error: error.code }, verdict);
  }

  #onRefusal(): void {
    const { gateway, prepared, pass } = this.#input;
    const head = this.#head;
    if (head === undefined) return;
    const body = Buffer.from(this.#refused.storage.subarray(0, this.#refused.length));
    const refusal = judgeRefusal(prepared, head, body, gateway.clock.now());
    learnRefusal(gateway, this.#input, pass, refusal);
    this.#finish({ kind: 'answered', status: head.status }, REFUSAL_EFFECTS[refusal.meaning].breaker);
  }

  #onAnswer(): void {
    if (this.#done) return;
    const { exchange, prepared } = this.#input;
    const status = this.#head?.status ?? 0;
    const { report } = this.#meter;
    if (!report.complete && report.streamError === undefined) {
      this.#finish({ kind: 'broken', status, error: 'upstream_reset' }, 'failure');
      return;
    }
    const verdict = verdictOnFlaw(flawOf(report, exchange.facts), report, prepared);
    this.#finish(outcomeOf(this.#head, report), verdict);
  }

  #tooLong(): void {
    if (this.#done) return;
    this.#call?.abort();
    const error = new GatewayError('copy_too_long', 'The answer to a copy is longer than what is kept.');
    const status = this.#head?.status ?? 0;
    this.#finish({ kind: 'broken', status, error: error.code }, verdictOnError(error));
  }

  #finish(
    outcome: AttemptOutcome,
    verdict: BreakerVerdict | undefined,
    http2 = this.#head?.http2 ?? false,
  ): void {
    this.#done = true;
    const { gateway, exchange, pass } = this.#input;
    learnVerdict(gateway, exchange, pass, verdict);
    const attempt = attemptRecord({
      intent: this.#intent,
      meter: this.#meter,
      outcome,
      head: this.#head,
      http2,
      ttftMs: this.#ttftMs,
      totalMs: gateway.clock.monotonic() - this.#startedAt,
    });
    gateway.ledger.recordAttempt(attempt, exchangeContext(exchange));
    gateway.recordShadow(attempt);
    const isWhole = outcome.kind === 'answered' && outcome.status < 400;
    this.#settle({ attempt, bytes: isWhole ? this.#answer.take() : undefined });
  }
}

import type { AnswerFailure } from '../../domain/answer.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Warning } from '../../domain/warning.ts';
import type { StreamTranslator } from '../../formats/stream-translator.ts';
import { translateError, type TranslatedError } from '../../formats/translate-error.ts';
import { translateFailure } from '../../formats/translate-failure.ts';
import { createStreamTranslator, translateWhole } from '../../formats/translate.ts';
import { GrowingBytes } from '../../lib/growing-bytes.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';
import type { Delivery, DeliveryEnd } from '../answer/delivery.ts';
import type { MeterInput } from '../attempt/metering-tap.ts';
import type { PassThroughInput } from '../answer/pass-through.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';
import { retryHeaders, translatedHeaders } from './translated-headers.ts';
import type { Translation } from './translate-request.ts';

interface TranslatedInput extends PassThroughInput {
  readonly prepared: PreparedRequest;
  readonly translation: Translation;
}

/** Larger whole answers and error bodies are cut off: no model says so much. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** What arrives, as long as it is only gathered, or the machine that translates it piece by piece. */
type Reading =
  | { readonly kind: 'gathered'; readonly bytes: GrowingBytes }
  | { readonly kind: 'stream'; readonly translator: StreamTranslator };

/**
 * The answer in the client's format. The client's head waits for the first piece to send, so that whatever goes
 * wrong before it is told by a real status.
 */
export class Translated implements Delivery {
  readonly meter: MeterInput;
  readonly #input: TranslatedInput;
  #head: UpstreamHead | undefined;
  #reading: Reading = { kind: 'gathered', bytes: new GrowingBytes(MAX_WHOLE_BYTES) };
  #started = false;
  /** Chat has no error event that its clients take for a failure worth another try; the others say it in the stream. */
  #toldFailure = false;
  #keepAliveTimer: NodeJS.Timeout | undefined;

  constructor(input: TranslatedInput) {
    this.#input = input;
    const { meter } = input;
    this.meter = {
      push: (chunk) => {
        meter.push(chunk);
        this.#read(chunk);
      },
      end: () => meter.end(),
    };
    input.exchange.warnings = input.translation.warnings;
  }

  begin(head: UpstreamHead): void {
    this.#head = head;
    const { translation, exchange } = this.#input;
    if (head.status >= 300 || !translation.stream) return;
    this.#reading = { kind: 'stream', translator: createStreamTranslator(translation) };
    const { keepAlive } = exchange.snapshot.translation;
    if (keepAlive > 0) this.#keepAliveTimer = setInterval(() => this.#ping(), keepAlive);
  }

  data(): void {
    // What counts comes through the meter, inflated.
  }

  end(): DeliveryEnd {
    const { status = 0 } = this.#head ?? {};
    if (this.#reading.kind === 'stream') return this.#endStream(this.#reading.translator);
    const { bytes } = this.#reading;
    const body = bytes.storage.subarray(0, bytes.length);
    return status >= 300 ? this.#replyError(status, body) : this.#replyWhole(body);
  }

  breakOff(error: GatewayError): void {
    const { answer, format, inbound } = this.#input.exchange;
    const isStream = this.#reading.kind === 'stream' && !this.#isArray();
    answer.breakOff(isStream ? format.encodeStreamError(error, inbound.id) : undefined);
  }

  release(): void {
    clearInterval(this.#keepAliveTimer);
  }

  #read(chunk: Buffer): void {
    if (this.#reading.kind === 'gathered') {
      this.#reading.bytes.append(chunk, 0, chunk.length);
      return;
    }
    const { translator } = this.#reading;
    this.#write(translator.push(chunk), translator);
  }

  /** A failure in front of everything else is not begun as a stream; `end` tells it by its status. */
  #write(pieces: readonly Buffer[], translator: StreamTranslator): void {
    if (pieces.length === 0) return;
    if (!this.#started && translator.isFailed) return;
    if (translator.isFailed) this.#toldFailure = true;
    this.#keepAliveTimer?.refresh();
    this.#startStream();
    for (const piece of pieces) this.#input.exchange.answer.write(piece);
  }

  #ping(): void {
    if (this.#reading.kind !== 'stream') return;
    const { answer } = this.#input.exchange;
    if (answer.ended || answer.gone) return;
    this.#startStream();
    answer.write(this.#reading.translator.ping());
  }

  #startStream(): void {
    if (this.#started) return;
    this.#started = true;
    const { warnings } = this.#input.translation;
    const contentType = this.#isArray() ? 'application/json' : 'text/event-stream; charset=utf-8';
    const headers = this.#headers(contentType, warnings);
    this.#input.start(200, [...headers, 'cache-control', 'no-cache']);
  }

  /** A Gemini client that did not ask for events reads one JSON array. */
  #isArray(): boolean {
    const { context, to } = this.#input.translation;
    return to === 'gemini' && context.streamShape === 'array';
  }

  #endStream(translator: StreamTranslator): DeliveryEnd {
    this.#write(translator.end(), translator);
    const { outcome, warnings } = translator.report;
    this.#note(warnings);
    const { answer } = this.#input.exchange;
    if (outcome.kind === 'failed' && !this.#started) return this.#replyFailure(outcome.failure);
    if (outcome.kind === 'failed' && !this.#toldFailure)
      return { kind: 'broken', error: this.#brokenOff(outcome.failure) };
    answer.end();
    return { kind: 'delivered', status: 200 };
  }

  #replyWhole(body: Buffer): DeliveryEnd {
    const { translation } = this.#input;
    const answer = translateWhole(body, translation);
    if (answer.kind === 'failure') return this.#replyFailure(answer.failure);
    this.#note(answer.warnings);
    const all = [...translation.warnings, ...answer.warnings];
    return this.#reply(200, this.#headers('application/json', all), answer.body);
  }

  #replyError(status: number, body: Buffer): DeliveryEnd {
    const { prepared, translation } = this.#input;
    const { provider, credential } = prepared;
    const error = translateError({
      to: translation.to,
      provider: provider.name,
      status,
      body,
      credentialOwner: credential.owner,
    });
    return this.#replyTranslatedError(error, status);
  }

  #replyFailure(failure: AnswerFailure): DeliveryEnd {
    if (failure.truncated) return { kind: 'broken', error: this.#brokenOff(failure) };
    const { prepared, translation } = this.#input;
    const error = translateFailure(failure, translation.to, prepared.provider.name);
    return this.#replyTranslatedError(error, failure.kind === 'authentication' ? 401 : error.status);
  }

  #replyTranslatedError({ status, body }: TranslatedError, original: number): DeliveryEnd {
    const upstream = this.#upstream();
    const headers = this.#headers('application/json', []);
    return this.#reply(status, [...headers, ...retryHeaders(upstream, status, original)], body);
  }

  #reply(status: number, headers: string[], body: Buffer): DeliveryEnd {
    const { exchange, start } = this.#input;
    start(status, [...headers, 'content-length', String(body.length)]);
    exchange.answer.write(body);
    exchange.answer.end();
    return { kind: 'delivered', status };
  }

  #headers(contentType: string, warnings: readonly Warning[]): string[] {
    const { exchange, translation, decision } = this.#input;
    return translatedHeaders({
      upstream: this.#upstream(),
      contentType,
      format: translation.to,
      exchangeId: exchange.inbound.id,
      decision,
      warnings,
    });
  }

  #upstream(): UpstreamHead {
    if (this.#head === undefined) throw new Error('a translated answer was ended before it began');
    return this.#head;
  }

  #note(warnings: readonly Warning[]): void {
    this.#input.exchange.warnings = [...this.#input.translation.warnings, ...warnings];
  }

  #brokenOff({ message }: AnswerFailure): GatewayError {
    return new GatewayError('upstream_reset', `${this.#input.prepared.provider.name}: ${message}`);
  }
}

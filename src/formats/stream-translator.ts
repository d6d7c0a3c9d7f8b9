import { Buffer } from 'node:buffer';
import type { AnswerFailure } from '../domain/answer.ts';
import type { Format } from '../domain/format.ts';
import type { StreamPart } from '../domain/stream-part.ts';
import { UNKNOWN_USAGE, type Usage } from '../domain/usage.ts';
import { type Warning, WarningList } from '../domain/warning.ts';
import type { AnswerContext, StreamDecoder } from './codec.ts';
import { codecOf } from './codecs.ts';
import { unreadable } from './failures.ts';
import { ToolRestorer } from './passes/restore-tools.ts';
import { shapeOf } from './shape-of.ts';
import { spreadAnswer } from './spread-answer.ts';
import { warnOfCitation, warnOfLoss } from './warn-of-loss.ts';

export interface AnswerTranslation {
  /** The provider's format. */
  readonly from: Format;
  /** The client's format. */
  readonly to: Format;
  readonly context: AnswerContext;
}

export interface StreamReport {
  /** Something of the answer itself, not only its head, has been passed on. */
  readonly sawContent: boolean;
  readonly outcome: StreamOutcome;
  readonly usage: Usage;
  readonly warnings: readonly Warning[];
}

export type StreamOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'complete' }
  /** With `truncated`, or where the client's format has no error event, the connection must be cut and not ended. */
  | { readonly kind: 'failed'; readonly failure: AnswerFailure };

/** More than this is no answer of a model, in bytes. */
const WHOLE_LIMIT = 64 * 1024 * 1024;

/** A stream on its way from a provider to a client of another format. */
export class StreamTranslator {
  readonly #translation: AnswerTranslation;
  readonly #decoder: StreamDecoder;
  readonly #encode: (part: StreamPart) => string;
  readonly #restorer: ToolRestorer;
  readonly #warnings = new WarningList();
  /** A body that begins like an object is a whole answer though a stream was asked for. */
  #whole: Buffer[] | undefined;
  #wholeSize = 0;
  #isSniffed = false;
  #sawContent = false;
  #outcome: StreamOutcome = { kind: 'open' };
  #usage: Usage = UNKNOWN_USAGE;

  constructor(translation: AnswerTranslation) {
    const encoder = codecOf(translation.to).createStreamEncoder(translation.context);
    this.#translation = translation;
    this.#decoder = codecOf(translation.from).createStreamDecoder(translation.context);
    this.#encode = (part) => encoder.push(part);
    this.#restorer = new ToolRestorer(translation.context.toolNames);
  }

  get report(): StreamReport {
    return {
      sawContent: this.#sawContent,
      outcome: this.#outcome,
      usage: this.#usage,
      warnings: [...this.#decoder.warnings, ...this.#warnings.list],
    };
  }

  /** The answer has failed; what is still pushed leads to nothing. */
  get isFailed(): boolean {
    return this.#outcome.kind === 'failed';
  }

  /** A sign of life for a client that waits. */
  ping(): Buffer {
    return Buffer.from(this.#encode({ type: 'ping' }), 'utf8');
  }

  /** What to send now, gathered into one buffer; none for nothing yet. Never throws. */
  push(chunk: Buffer): Buffer[] {
    if (!this.#isSniffed) this.#sniff(chunk);
    if (this.#whole === undefined) return this.#write(() => this.#decoder.push(chunk));
    this.#wholeSize += chunk.length;
    if (this.#wholeSize <= WHOLE_LIMIT) this.#whole.push(chunk);
    return [];
  }

  /** The provider's body has ended. Call once. */
  end(): Buffer[] {
    const whole = this.#whole;
    return this.#write(
      whole === undefined ? () => this.#decoder.end() : () => this.#spread(Buffer.concat(whole)),
    );
  }

  #spread(body: Buffer): readonly StreamPart[] {
    const { from, context } = this.#translation;
    const decoded = codecOf(from).decodeAnswer(body, context);
    if (decoded.kind === 'failure') return [{ type: 'error', failure: decoded.failure }];
    this.#warnings.addAll(decoded.warnings);
    return spreadAnswer(decoded.answer);
  }

  #sniff(chunk: Buffer): void {
    const shape = shapeOf(chunk);
    if (shape === undefined) return;
    this.#isSniffed = true;
    const isArray = shape === 'array' && codecOf(this.#translation.from).streamsArrays === true;
    if (shape !== 'stream' && !isArray) this.#whole = [];
  }

  #write(decode: () => readonly StreamPart[]): Buffer[] {
    if (this.#outcome.kind !== 'open') return [];
    let text = '';
    try {
      for (const part of decode()) text += this.#translate(part);
    } catch (error) {
      // Whatever it was, going on would lose a piece of the answer in silence.
      const failure = { ...unreadable('a piece of its answer'), raw: String(error) };
      text += this.#translate({ type: 'error', failure });
    }
    return text === '' ? [] : [Buffer.from(text, 'utf8')];
  }

  #translate(decoded: StreamPart): string {
    let text = '';
    for (const part of this.#restorer.push(decoded)) {
      this.#note(part);
      text += this.#encode(part);
    }
    return text;
  }

  #note(part: StreamPart): void {
    if (part.type === 'finish') {
      this.#outcome = { kind: 'complete' };
      this.#usage = part.usage;
    } else if (part.type === 'error') this.#outcome = { kind: 'failed', failure: part.failure };
    else if (part.type === 'part') warnOfLoss(part.part, this.#translation.to, this.#warnings);
    else if (part.type === 'citation') warnOfCitation(part.citation, this.#translation.to, this.#warnings);
    else if (part.type !== 'message-start' && part.type !== 'ping') this.#sawContent = true;
  }
}

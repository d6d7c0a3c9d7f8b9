import { Buffer } from 'node:buffer';
import type { AnswerFailure } from '../domain/answer.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Format } from '../domain/format.ts';
import type { StreamPart } from '../domain/stream-part.ts';
import type { Usage } from '../domain/usage.ts';
import { UNKNOWN_USAGE } from '../domain/usage.ts';
import { type Warning, WarningList } from '../domain/warning.ts';
import { capabilityRejected } from './capability.ts';
import type { AnswerContext, ClientRequest, Codec, StreamDecoder, TranslationTarget } from './codec.ts';
import { CODECS } from './codecs.ts';
import { estimatePrompt } from './passes/estimate-prompt.ts';
import { dropBrokenCalls, restoreTools, ToolRestorer } from './passes/restore-tools.ts';
import { spreadAnswer } from './spread-answer.ts';

/** Whether a request of one format can be sent to a target of the other. */
export function canTranslate(from: Format, to: Format): boolean {
  return CODECS[from] !== undefined && CODECS[to] !== undefined;
}

export interface RequestTranslation {
  /** The client's format. */
  readonly from: Format;
  readonly body: Buffer;
  readonly client: ClientRequest;
  /** Where it goes; its format is the one to translate to. */
  readonly target: TranslationTarget;
  readonly answer: AnswerSettings;
  /** `strict` refuses what `lenient` only warns of. */
  readonly policy: 'lenient' | 'strict';
}

/** What the way back takes from outside: settings, time, ids. */
export type AnswerSettings = Pick<AnswerContext, 'answerModel' | 'created' | 'newId' | 'reasoningFields'>;

export interface TranslatedRequest {
  readonly body: Buffer;
  readonly warnings: readonly Warning[];
  /** Hand it to the translation of the answer. */
  readonly context: AnswerContext;
  /** Whether the client asked for a stream. */
  readonly stream: boolean;
}

/** @throws GatewayError `malformed_body`, `capability_rejected`, or `format_not_supported` */
export function translateRequest(input: RequestTranslation): TranslatedRequest {
  const { from, body, client, target, answer, policy } = input;
  const decoded = codecOf(from).decodeRequest(body, client);
  const encoded = codecOf(target.format).encodeRequest(decoded.value, target);
  const warnings = [...decoded.warnings, ...encoded.warnings];
  if (policy === 'strict') refuseWarnings(warnings);
  const { provider, model, format } = target;
  return {
    body: encoded.body,
    warnings,
    stream: decoded.value.stream,
    context: {
      ...answer,
      origin: { provider, model, format },
      toolNames: encoded.toolNames,
      includeUsage: decoded.value.includeUsage,
      estimatedInput: estimatePrompt(decoded.value),
    },
  };
}

function refuseWarnings(warnings: readonly Warning[]): void {
  const [first] = warnings;
  if (first === undefined) return;
  const rest = warnings.length > 1 ? ` (and ${warnings.length - 1} more)` : '';
  throw capabilityRejected(`${first.path}: ${first.message}${rest} The policy strict allows no such loss.`);
}

export interface AnswerTranslation {
  /** The provider's format. */
  readonly from: Format;
  /** The client's format. */
  readonly to: Format;
  readonly context: AnswerContext;
}

export type TranslatedAnswer =
  | {
      readonly kind: 'answer';
      readonly body: Buffer;
      readonly usage: Usage;
      readonly warnings: readonly Warning[];
    }
  /** The provider failed behind a status of 200: answer with a real status. */
  | { readonly kind: 'failure'; readonly failure: AnswerFailure };

/** Translates a whole answer of status 200. Never throws. */
export function translateWhole(body: Buffer, { from, to, context }: AnswerTranslation): TranslatedAnswer {
  const decoded = codecOf(from).decodeAnswer(body, context);
  if (decoded.kind === 'failure') return decoded;
  const warnings = new WarningList();
  const answer = restoreTools(dropBrokenCalls(decoded.answer, warnings), context.toolNames);
  warnings.addAll(decoded.warnings);
  for (const part of answer.parts) warnOfLoss(part, to, warnings);
  return {
    kind: 'answer',
    body: codecOf(to).encodeAnswer(answer, context),
    usage: answer.usage,
    warnings: warnings.list,
  };
}

/** A stream on its way from a provider to a client of another format. */
export interface StreamTranslator {
  /** What to send now, gathered into one buffer; empty for nothing yet. Never throws. */
  push(chunk: Buffer): Buffer[];
  /** The provider's body has ended. Call once. */
  end(): Buffer[];
  readonly report: StreamReport;
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

export function createStreamTranslator(translation: AnswerTranslation): StreamTranslator {
  return new Translator(translation);
}

const OPEN_BRACE = 0x7b;

class Translator implements StreamTranslator {
  readonly #translation: AnswerTranslation;
  readonly #decoder: StreamDecoder;
  readonly #encode: (part: StreamPart) => string;
  readonly #restorer: ToolRestorer;
  readonly #warnings = new WarningList();
  /** A body that begins like an object is a whole answer though a stream was asked for. */
  #whole: Buffer[] | undefined;
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

  push(chunk: Buffer): Buffer[] {
    if (!this.#isSniffed) this.#sniff(chunk);
    if (this.#whole === undefined) return this.#write(this.#decoder.push(chunk));
    this.#whole.push(chunk);
    return [];
  }

  end(): Buffer[] {
    if (this.#whole === undefined) return this.#write(this.#decoder.end());
    const { from, context } = this.#translation;
    const decoded = codecOf(from).decodeAnswer(Buffer.concat(this.#whole), context);
    if (decoded.kind === 'failure') return this.#write([{ type: 'error', failure: decoded.failure }]);
    this.#warnings.addAll(decoded.warnings);
    return this.#write(spreadAnswer(decoded.answer));
  }

  #sniff(chunk: Buffer): void {
    const first = chunk.find((byte) => byte > 0x20);
    if (first === undefined) return;
    this.#isSniffed = true;
    if (first === OPEN_BRACE) this.#whole = [];
  }

  #write(parts: readonly StreamPart[]): Buffer[] {
    let text = '';
    for (const decoded of parts)
      for (const part of this.#restorer.push(decoded)) {
        this.#note(part);
        text += this.#encode(part);
      }
    return text === '' ? [] : [Buffer.from(text, 'utf8')];
  }

  #note(part: StreamPart): void {
    if (part.type === 'finish') {
      this.#outcome = { kind: 'complete' };
      this.#usage = part.usage;
    } else if (part.type === 'error') this.#outcome = { kind: 'failed', failure: part.failure };
    else if (part.type === 'part') warnOfLoss(part.part, this.#translation.to, this.#warnings);
    else if (part.type !== 'message-start' && part.type !== 'ping') this.#sawContent = true;
  }
}

/** Parts of the provider's own tools are shown to clients of its own format alone. */
function warnOfLoss(
  part: { readonly type: string; readonly name?: string; readonly vendor?: { readonly format: Format } },
  to: Format,
  warnings: WarningList,
): void {
  if (part.vendor === undefined || part.vendor.format === to) return;
  warnings.add('answer_dropped', part.type, `A part ${part.name ?? ''} of the answer has no counterpart.`);
}

function codecOf(format: Format): Codec {
  const codec = CODECS[format];
  if (codec !== undefined) return codec;
  throw new GatewayError('format_not_supported', `No translation from or to ${format} is built in.`);
}

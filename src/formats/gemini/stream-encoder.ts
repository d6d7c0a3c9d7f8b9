import type { StopReason } from '../../domain/answer.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { Citation } from '../../domain/message-part.ts';
import type { MessageStart, StreamPart } from '../../domain/stream-part.ts';
import { mergeUsage, UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import type { AnswerContext, StreamEncoder } from '../codec.ts';
import { AnswerParts } from './answer-parts.ts';
import { writeFailure } from './read-failure.ts';
import { finishReason } from './stop-reason.ts';
import { writeUsage } from './write-usage.ts';

/** Writes a Gemini stream: events, or one JSON array where the client did not ask for events. */
export class GeminiStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #parts = new AnswerParts();
  readonly #citations: Citation[] = [];
  #head: JsonObject = {};
  #usage: Usage = UNKNOWN_USAGE;
  #isFirst = true;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  push(part: StreamPart): string {
    switch (part.type) {
      case 'message-start':
        this.#start(part);
        return '';
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return '';
      case 'finish':
        return this.#finish(part.stop, part.usage);
      case 'error':
        return this.#write(writeFailure(part.failure)) + this.#end();
      case 'ping':
        // Blanks mean nothing between the items of an array, nor between events; Google's SDK stops at a comment.
        return this.#isArray ? '\n' : '\r\n\r\n';
      case 'citation':
        if (part.citation.url !== undefined) this.#citations.push(part.citation);
        return '';
      default:
        return this.#parts
          .push(part)
          .map((item) => this.#chunk([item], {}))
          .join('');
    }
  }

  get #isArray(): boolean {
    return this.#context.streamShape === 'array';
  }

  #start({ id, model, usage }: MessageStart): void {
    const { answerModel, estimatedInput, newId } = this.#context;
    this.#usage = mergeUsage({ ...UNKNOWN_USAGE, input: estimatedInput, output: 0 }, usage);
    this.#head = { modelVersion: answerModel ?? model, responseId: id === '' ? newId() : id };
  }

  #chunk(parts: readonly JsonObject[], end: JsonObject): string {
    const candidate = { content: { role: 'model', parts: [...parts] }, ...end, index: 0 };
    return this.#write({ candidates: [candidate], usageMetadata: writeUsage(this.#usage), ...this.#head });
  }

  #finish(stop: StopReason, usage: Usage): string {
    this.#usage = mergeUsage(this.#usage, usage);
    const seals = this.#parts.takeSeals();
    const parts = seals.length === 0 ? [{ text: '' }] : seals;
    return this.#chunk(parts, closingFields(stop, this.#citations)) + this.#end();
  }

  #write(value: JsonObject): string {
    const text = JSON.stringify(value);
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (this.#isArray) return isFirst ? `[${text}` : `\n,\r\n${text}`;
    return `data: ${text}\r\n\r\n`;
  }

  #end(): string {
    return this.#isArray ? '\n]' : '';
  }
}

/** What a candidate says at its end. */
export function closingFields(stop: StopReason, citations: readonly Citation[]): JsonObject {
  const sources = citations.map(({ url, title }) => ({ web: { uri: url, title: title ?? '' } }));
  return {
    finishReason: finishReason(stop),
    ...(stop.kind === 'refusal' && stop.explanation !== undefined ? { finishMessage: stop.explanation } : {}),
    ...(sources.length > 0 ? { groundingMetadata: { groundingChunks: sources } } : {}),
  };
}

import type { Buffer } from 'node:buffer';
import { readFrame } from '../../lib/sse-frame.ts';
import { AnswerMeter, emptyReport } from '../answer-meter.ts';
import type { AnswerReader } from '../answer-meter.ts';
import { isObject, listOf, objectOf, parseJson, textOf } from '../foreign-json.ts';
import type { ResponseMeter } from '../wire-format.ts';
import { foldGeminiUsage } from './usage.ts';

export function createMeter(stream: boolean): ResponseMeter {
  return new AnswerMeter(new GeminiAnswerReader(), stream);
}

/**
 * Reads an answer of Gemini: chunks of one shape, few and large, each with the usage so far; all are decoded. Without
 * `alt=sse` the chunks come as one JSON array, which is read at its end.
 */
class GeminiAnswerReader implements AnswerReader {
  readonly report = emptyReport();

  wants(): boolean {
    return true;
  }

  /** Every chunk tells the usage so far: there is nothing to estimate. */
  textBytes(): number {
    return 0;
  }

  frame(bytes: Buffer, start: number, end: number): void {
    const { data } = readFrame(bytes, start, end);
    if (data !== undefined) this.#readChunks(parseJson(data));
  }

  /** Complete when it parsed: counted tokens and embeddings have no finish reason. */
  readWhole(value: unknown): void {
    this.#readChunks(value);
    this.report.complete =
      typeof value === 'object' && value !== null && this.report.streamError === undefined;
  }

  #readChunks(value: unknown): void {
    for (const chunk of Array.isArray(value) ? value : [value]) if (isObject(chunk)) this.#readChunk(chunk);
  }

  #readChunk(chunk: Readonly<Record<string, unknown>>): void {
    if (isObject(chunk['error'])) this.#fail(chunk['error']);
    this.report.servedModel ??= textOf(chunk['modelVersion']);
    this.report.usage = foldGeminiUsage(this.report.usage, chunk['usageMetadata']);
    for (const candidate of listOf(chunk['candidates'])) this.#readCandidate(objectOf(candidate));
    this.#finish(textOf(objectOf(chunk['promptFeedback'])['blockReason']));
  }

  #readCandidate(candidate: Readonly<Record<string, unknown>>): void {
    for (const part of listOf(objectOf(candidate['content'])['parts'])) this.#readPart(objectOf(part));
    this.#finish(textOf(candidate['finishReason']));
  }

  #readPart(part: Readonly<Record<string, unknown>>): void {
    if (isObject(part['functionCall']) && textOf(part['functionCall']['name']) !== undefined)
      this.report.toolCalls++;
    if (part['text'] !== '') this.report.sawContent = true;
  }

  /** This format has no closing event: a reason to finish, or a blocked prompt, is the end its grammar demands. */
  #finish(reason: string | undefined): void {
    if (reason === undefined) return;
    this.report.stopReason = reason;
    this.report.complete = this.report.streamError === undefined;
  }

  #fail(error: Readonly<Record<string, unknown>>): void {
    this.report.streamError = textOf(error['status']) ?? 'error';
    this.report.complete = false;
  }
}

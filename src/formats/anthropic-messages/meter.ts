import type { Buffer } from 'node:buffer';
import { readFrame } from '../../lib/sse-frame.ts';
import { GrowingBytes } from '../../lib/growing-bytes.ts';
import { AnswerMeter, emptyReport } from '../answer-meter.ts';
import type { AnswerReader } from '../answer-meter.ts';
import { EventNames, UNREADABLE_EVENT } from '../event-names.ts';
import { countOf, isObject, listOf, objectOf, parseJson, textOf } from '../foreign-json.ts';
import type { ResponseMeter } from '../wire-format.ts';
import { foldAnthropicUsage } from './usage.ts';

/** The events that matter, by their place in `EVENTS`; all others (`ping`, and what is yet to come) are skipped. */
const BLOCK_DELTA = 0;
const BLOCK_STOP = 1;
const EVENTS = new EventNames([
  'content_block_delta',
  'content_block_stop',
  'content_block_start',
  'message_start',
  'message_delta',
  'message_stop',
  'error',
]);

const MAX_SIGNATURES = 64;
/** What stands around the text of a delta: two lines of names, quotes and braces. */
const DELTA_FRAMING_BYTES = 115;
/** `ping`, `content_block_stop` and their like. */
const OTHER_FRAME_BYTES = 80;
/** A signature is a few kilobytes; a longer frame is a thought, which is not kept. */
const MAX_KEPT_DELTA = 256 * 1024;

export function createMeter(stream: boolean): ResponseMeter {
  return new AnswerMeter(new AnthropicAnswerReader(), stream);
}

/**
 * Reads an answer of Anthropic Messages. Text deltas, by far the most frames, are never decoded. Of a thinking block
 * only the last delta is kept and decoded at the block's end: that is the one with the signature.
 */
class AnthropicAnswerReader implements AnswerReader {
  readonly report = emptyReport();
  readonly #lastDelta = new GrowingBytes(MAX_KEPT_DELTA);
  #event = UNREADABLE_EVENT;
  #inThinking = false;
  #framingBytes = 0;

  wants(bytes: Buffer, start: number, end: number): boolean {
    this.#event = EVENTS.find(bytes, start, end);
    if (this.#event === BLOCK_DELTA) {
      this.#framingBytes += DELTA_FRAMING_BYTES;
      return this.#inThinking || !this.report.sawContent;
    }
    if (this.#event === BLOCK_STOP) {
      this.#framingBytes += OTHER_FRAME_BYTES;
      return this.#inThinking;
    }
    return this.#event >= 0 || this.#event === UNREADABLE_EVENT;
  }

  frame(bytes: Buffer, start: number, end: number): void {
    if (this.#event === BLOCK_DELTA) this.#keepDelta(bytes, start, end);
    else if (this.#event === BLOCK_STOP) this.#endBlock();
    else {
      this.#framingBytes += end - start + 2;
      this.#decode(bytes, start, end);
    }
  }

  textBytes(scanned: number): number {
    return this.report.sawContent ? scanned - this.#framingBytes : 0;
  }

  readWhole(value: unknown): void {
    if (!isObject(value)) return;
    if (value['type'] === 'error' || isObject(value['error'])) {
      this.#fail(value['error']);
      return;
    }
    this.#readMessage(value);
    const content = listOf(value['content']);
    for (const block of content) this.#readBlock(objectOf(block));
    this.report.sawContent = content.length > 0;
    this.report.complete = true;
  }

  #keepDelta(bytes: Buffer, start: number, end: number): void {
    this.report.sawContent = true;
    if (!this.#inThinking) return;
    this.#lastDelta.clear();
    this.#lastDelta.append(bytes, start, end);
  }

  #endBlock(): void {
    if (this.#lastDelta.length === 0) return;
    this.#decode(this.#lastDelta.storage, 0, this.#lastDelta.length);
    this.#lastDelta.clear();
  }

  #decode(bytes: Buffer, start: number, end: number): void {
    const { event, data } = readFrame(bytes, start, end);
    const value = parseJson(data ?? '');
    if (isObject(value))
      this.#apply(event ?? textOf(value['type']) ?? (isObject(value['error']) ? 'error' : ''), value);
    else if (event === 'error') this.#fail(undefined);
  }

  #apply(name: string, value: Readonly<Record<string, unknown>>): void {
    switch (name) {
      case 'message_start':
        this.report.preliminary = true;
        return this.#readMessage(objectOf(value['message']));
      case 'content_block_start':
        return this.#startBlock(objectOf(value['content_block']));
      case 'content_block_delta':
        this.report.sawContent = true;
        return this.#learnSignature(objectOf(value['delta'])['signature']);
      case 'message_delta':
        if (countOf(objectOf(value['usage'])['output_tokens']) !== undefined) this.report.preliminary = false;
        return this.#readMessage({ ...objectOf(value['delta']), usage: value['usage'] });
      case 'message_stop':
        this.report.complete = this.report.streamError === undefined;
        return undefined;
      case 'error':
        return this.#fail(value['error']);
      default:
        return undefined;
    }
  }

  #startBlock(block: Readonly<Record<string, unknown>>): void {
    this.report.sawContent = true;
    this.#inThinking = block['type'] === 'thinking';
    this.#readBlock(block);
  }

  #readBlock(block: Readonly<Record<string, unknown>>): void {
    if (block['type'] === 'tool_use') this.report.toolCalls++;
    this.#learnSignature(block['signature']);
    if (block['type'] === 'redacted_thinking') this.#learnSignature(block['data']);
  }

  #readMessage(message: Readonly<Record<string, unknown>>): void {
    this.report.servedModel ??= textOf(message['model']);
    this.report.stopReason = textOf(message['stop_reason']) ?? this.report.stopReason;
    this.report.usage = foldAnthropicUsage(this.report.usage, message['usage']);
  }

  #learnSignature(signature: unknown): void {
    const text = textOf(signature);
    if (text !== undefined && this.report.signatures.length < MAX_SIGNATURES)
      this.report.signatures.push(text);
  }

  #fail(error: unknown): void {
    this.report.streamError = textOf(objectOf(error)['type']) ?? 'error';
    this.report.complete = false;
  }
}

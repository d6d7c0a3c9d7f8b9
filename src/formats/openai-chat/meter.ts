import type { Buffer } from 'node:buffer';
import { readFrame } from '../../lib/sse-frame.ts';
import { AnswerMeter, emptyReport } from '../answer-meter.ts';
import type { AnswerReader } from '../answer-meter.ts';
import type { JsonObject } from '../foreign-json.ts';
import { countOf, isObject, listOf, objectOf, parseJson, textOf } from '../foreign-json.ts';
import type { ResponseMeter } from '../wire-format.ts';
import { DeltaTemplate } from './delta-template.ts';
import { ToolCallCounter } from './tool-call-counter.ts';
import { foldChatUsage } from './usage.ts';

/** Fields of a delta or a message that are content, whatever the provider calls its reasoning. */
const CONTENT_FIELDS = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;
const CONTENT_LISTS = ['tool_calls', 'reasoning_details'] as const;
const CONTENT_OBJECTS = ['function_call', 'audio'] as const;

export function createMeter(stream: boolean): ResponseMeter {
  return new AnswerMeter(new ChatAnswerReader(), stream);
}

/**
 * Reads an answer of Chat Completions. Its chunks carry no names, so each might hold usage, a finish reason or an
 * error; those that only bring the next piece of text are told apart by their bytes and not decoded.
 */
class ChatAnswerReader implements AnswerReader {
  readonly report = emptyReport();
  readonly #template = new DeltaTemplate();
  readonly #calls = new ToolCallCounter();
  /** Whether the chunk being read brought anything but text. */
  #broughtNews = false;
  #frames = 0;
  /** What stands around the text of a chunk, learned from the first that has one. */
  #framingBytes: number | undefined;

  wants(): boolean {
    this.#frames += 1;
    return true;
  }

  textBytes(scanned: number): number {
    return this.#framingBytes === undefined ? 0 : scanned - this.#frames * this.#framingBytes;
  }

  frame(bytes: Buffer, start: number, end: number): void {
    if (this.#template.matches(bytes, start, end)) return;
    const { event, data } = readFrame(bytes, start, end);
    if (data === undefined) return;
    if (data.trim() === '[DONE]') {
      this.#finish();
      return;
    }
    const sawContent = this.report.sawContent;
    this.#broughtNews = event === 'error';
    const value = parseJson(data);
    if (event === 'error') this.#fail(objectOf(value));
    else this.#readChunks(value);
    if (this.report.sawContent) this.#framingBytes ??= end - start + 2 - firstTextBytes(value);
    if (sawContent && !this.#broughtNews) this.#template.learn(bytes, start, end);
  }

  readWhole(value: unknown): void {
    this.#readChunks(value);
    this.report.complete =
      typeof value === 'object' && value !== null && this.report.streamError === undefined;
  }

  /** Google's endpoint of this format wraps an error into an array. */
  #readChunks(value: unknown): void {
    const chunks = Array.isArray(value) ? value : [value];
    for (const chunk of chunks) {
      if (isObject(chunk)) this.#readChunk(chunk);
      else this.#broughtNews = true;
    }
  }

  #readChunk(chunk: JsonObject): void {
    if (isErrorObject(chunk)) this.#fail(chunk);
    this.report.servedModel ??= textOf(chunk['model']);
    this.#readUsage(chunk['usage']);
    // Groq hides the usage of a stream in an extension of its own.
    this.#readUsage(objectOf(chunk['x_groq'])['usage']);
    for (const choice of listOf(chunk['choices'])) this.#readChoice(objectOf(choice));
  }

  #readUsage(usage: unknown): void {
    if (!isObject(usage)) return;
    this.#broughtNews = true;
    this.report.usage = foldChatUsage(this.report.usage, usage);
  }

  #readChoice(choice: JsonObject): void {
    const delta = objectOf(isObject(choice['delta']) ? choice['delta'] : choice['message']);
    if (hasContent(delta)) this.report.sawContent = true;
    const started = this.#calls.read(delta);
    this.report.toolCalls += started;
    if (started > 0) this.#broughtNews = true;
    // Moonshot puts the usage of a stream into its last choice.
    this.#readUsage(choice['usage']);
    const finishReason = textOf(choice['finish_reason']);
    if (finishReason === undefined) return;
    this.#broughtNews = true;
    this.report.stopReason = finishReason;
    if (finishReason === 'error') this.#fail({});
    else this.#finish();
  }

  #finish(): void {
    this.report.complete = this.report.streamError === undefined;
  }

  /** `{"error":{…}}`, or the bare error object of old vLLM. The first error's name stays. */
  #fail(chunk: JsonObject): void {
    const error = isObject(chunk['error']) ? chunk['error'] : chunk;
    this.report.streamError ??=
      textOf(error['type']) ?? textOf(error['code']) ?? countOf(error['code'])?.toString() ?? 'error';
    this.report.complete = false;
    this.#broughtNews = true;
  }
}

/** The length of the text a chunk brought, in whichever field. */
function firstTextBytes(chunk: unknown): number {
  const delta = objectOf(objectOf(listOf(objectOf(chunk)['choices'])[0])['delta']);
  const text = CONTENT_FIELDS.map((field) => textOf(delta[field])).find((field) => field !== undefined);
  return text?.length ?? 0;
}

function isErrorObject(value: JsonObject): boolean {
  const { error } = value;
  return isObject(error) || textOf(error) !== undefined || value['object'] === 'error';
}

function hasContent(delta: JsonObject): boolean {
  return (
    CONTENT_FIELDS.some((field) => delta[field] !== '' && delta[field] != null) ||
    CONTENT_LISTS.some((field) => listOf(delta[field]).length > 0) ||
    CONTENT_OBJECTS.some((field) => isObject(delta[field]))
  );
}

import type { Buffer } from 'node:buffer';
import { readFrame } from '../../lib/sse-frame.ts';
import { AnswerMeter, emptyReport } from '../answer-meter.ts';
import type { AnswerReader } from '../answer-meter.ts';
import { EventNames, UNREADABLE_EVENT } from '../event-names.ts';
import type { JsonObject } from '../foreign-json.ts';
import { isObject, listOf, objectOf, parseJson, textOf } from '../foreign-json.ts';
import type { ResponseMeter } from '../wire-format.ts';
import { foldResponse } from './usage.ts';

/** The events that matter; the answer's numbers all stand in the one that ends it. */
const CREATED = 0;
const EVENTS = new EventNames([
  'response.created',
  'response.output_item.added',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
]);

/** `response.created` repeats the request's tools and instructions; above this size its model is not worth them. */
const MAX_CREATED_BYTES = 8 * 1024;

/** `event: response.output_text.delta`, `data: `, the line ends, and a digit that sequence numbers grow by. */
const EVENT_LINE_BYTES = 43;

/** Items the client has to act on. Hosted tools (`web_search_call` and others) run at the provider. */
const CLIENT_CALLS = new Set([
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'computer_call',
]);

export function createMeter(stream: boolean): ResponseMeter {
  return new AnswerMeter(new ResponsesAnswerReader(), stream);
}

/** Reads an answer in the Responses format. No delta is decoded. */
class ResponsesAnswerReader implements AnswerReader {
  readonly report = emptyReport();
  #event = UNREADABLE_EVENT;
  /** Of what comes before the content, some counts by its length alone: it may repeat the whole request. */
  #isDull = false;
  #deltas = 0;
  /** What stands around the text of a delta, learned from the first one. */
  #framingBytes = 0;
  #otherBytes = 0;

  wants(bytes: Buffer, start: number, end: number): boolean {
    this.#event = EVENTS.find(bytes, start, end);
    this.#isDull = false;
    if (this.#event >= 0 || this.#event === UNREADABLE_EVENT) return true;
    if (this.report.sawContent) {
      this.#deltas += 1;
      return false;
    }
    this.#isDull = !endsInDelta(bytes, EVENTS.nameEnd);
    return true;
  }

  /** Events that repeat a finished text count as text too; an answer that comes that far tells its usage soon. */
  textBytes(scanned: number): number {
    return this.report.sawContent ? scanned - this.#otherBytes - this.#deltas * this.#framingBytes : 0;
  }

  frame(bytes: Buffer, start: number, end: number): void {
    this.#otherBytes += end - start + 2;
    if (this.#isDull) return;
    if (this.#event === CREATED && end - start > MAX_CREATED_BYTES) return;
    const { event, data } = readFrame(bytes, start, end);
    const value = parseJson(data ?? '');
    if (isObject(value))
      this.#apply(event ?? textOf(value['type']) ?? (isObject(value['error']) ? 'error' : ''), value);
    else if (event === 'error') this.#fail(undefined);
  }

  readWhole(value: unknown): void {
    if (!isObject(value)) return;
    this.#readResponse(value);
    if (isObject(value['error'])) this.#fail(value['error']);
    else this.report.complete = true;
  }

  #apply(name: string, value: JsonObject): void {
    switch (name) {
      case 'response.created':
        this.report.servedModel ??= textOf(objectOf(value['response'])['model']);
        return;
      case 'response.output_item.added':
        if (isCallOf(CLIENT_CALLS, value['item'])) this.report.toolCalls++;
        return;
      case 'response.completed':
      case 'response.incomplete':
        this.#readResponse(objectOf(value['response']));
        this.report.complete = this.report.streamError === undefined;
        return;
      case 'response.failed':
        this.#readResponse(objectOf(value['response']));
        this.#fail(objectOf(value['response'])['error']);
        return;
      case 'error':
        this.#fail(isObject(value['error']) ? value['error'] : { code: value['code'] });
        return;
      default:
        if (name.endsWith('.delta')) this.#startContent(value['delta'], JSON.stringify(value).length);
    }
  }

  #startContent(delta: unknown, dataBytes: number): void {
    this.report.sawContent = true;
    this.#framingBytes = dataBytes + EVENT_LINE_BYTES - (textOf(delta)?.length ?? 0);
  }

  #readResponse(response: JsonObject): void {
    const output = listOf(response['output']);
    this.report.servedModel = textOf(response['model']) ?? this.report.servedModel;
    this.report.stopReason =
      textOf(objectOf(response['incomplete_details'])['reason']) ??
      textOf(response['status']) ??
      this.report.stopReason;
    this.report.usage = foldResponse(this.report.usage, response);
    if (output.length === 0) return;
    this.report.sawContent = true;
    this.report.toolCalls = countCalls(CLIENT_CALLS, output);
  }

  /** An `error` event may be followed by `response.failed` about the same failure: the first name stays. */
  #fail(error: unknown): void {
    const { code, type } = objectOf(error);
    this.report.streamError ??= textOf(code) ?? textOf(type) ?? 'error';
    this.report.complete = false;
  }
}

function isCallOf(kinds: ReadonlySet<string>, item: unknown): boolean {
  return kinds.has(textOf(objectOf(item)['type']) ?? '');
}

function countCalls(kinds: ReadonlySet<string>, output: readonly unknown[]): number {
  return output.filter((item) => isCallOf(kinds, item)).length;
}

function endsInDelta(bytes: Buffer, end: number): boolean {
  return end >= 6 && bytes.toString('latin1', end - 6, end) === '.delta';
}

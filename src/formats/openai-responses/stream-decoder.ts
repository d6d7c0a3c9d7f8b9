import type { Buffer } from 'node:buffer';
import type { AnswerFailure } from '../../domain/answer.ts';
import { asNumber, asObject, asString, asText, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { StreamPart } from '../../domain/stream-part.ts';
import { UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import { SseParser } from '../../lib/sse-parser.ts';
import { BlockWriter } from '../block-writer.ts';
import type { AnswerContext, StreamDecoder } from '../codec.ts';
import { truncated, unreadable } from '../failures.ts';
import { parseJson } from '../parse-body.ts';
import { ItemQueue } from './item-queue.ts';
import { createItemReader } from './item-readers.ts';
import { readToolCall } from './parts/tool-call.ts';
import { readFailure } from './read-failure.ts';
import { readStop } from './stop-reason.ts';
import { foldResponse } from './usage.ts';

/** A whole image in base64 fits. */
const FRAME_LIMIT = 32 * 1024 * 1024;

/** The item a delta belongs to, for servers that do not announce their items. */
const UNANNOUNCED: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'message',
  'response.refusal.delta': 'message',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.reasoning_text.delta': 'reasoning',
};

/** Reads a Responses stream. What follows the closing event is ignored: some proxies join answers. */
export class ResponsesStreamDecoder implements StreamDecoder {
  readonly warnings: readonly Warning[] = [];
  readonly #parser = new SseParser(FRAME_LIMIT);
  readonly #blocks = new BlockWriter();
  readonly #items: ItemQueue;
  #state: 'waiting' | 'started' | 'ended' = 'waiting';
  #usage: Usage = UNKNOWN_USAGE;
  #hasCalls = false;
  /** What is wrong with a call; arguments cut off by the output limit are as the model meant them. */
  #broken: string | undefined;
  #refusal: string | undefined;

  constructor(context: AnswerContext) {
    const scope = {
      blocks: this.#blocks,
      origin: context.origin,
      newId: context.newId,
      note: (what: 'call' | 'broken' | 'refusal', text: string): void => {
        if (what === 'call') this.#hasCalls = true;
        else if (what === 'broken') this.#broken ??= text;
        else this.#refusal = (this.#refusal ?? '') + text;
      },
    };
    this.#items = new ItemQueue((item) => createItemReader(item, scope));
  }

  push(chunk: Buffer): readonly StreamPart[] {
    for (const { data } of this.#parser.push(chunk)) this.#takeData(data);
    if (this.#parser.oversizedFrames > 0) this.#fail(unreadable('an oversized event'));
    return this.#blocks.take();
  }

  /** A whole response object, read as the closing event of a stream that told nothing else. */
  pushBody(body: Buffer): readonly StreamPart[] {
    const wire = asObject(parseJson(body.toString('utf8')));
    const error = asObject(wire?.['error']);
    if (error !== undefined) this.#fail(readFailure(error));
    else if (wire === undefined || !Array.isArray(wire['output'])) this.#fail(unreadable('an answer'));
    else this.#finish(wire);
    return this.#blocks.take();
  }

  end(): readonly StreamPart[] {
    for (const { data } of this.#parser.end()) this.#takeData(data);
    this.#fail(truncated());
    return this.#blocks.take();
  }

  #takeData(data: string): void {
    if (this.#state === 'ended' || data.trim() === '[DONE]') return;
    const event = asObject(parseJson(data));
    if (event === undefined) this.#fail(unreadable('an event'));
    else this.#takeEvent(asString(event['type']) ?? '', event);
  }

  #takeEvent(type: string, event: JsonObject): void {
    const index = asNumber(event['output_index']);
    switch (type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        this.#start(asObject(event['response']) ?? {});
        return;
      case 'response.output_item.added':
        this.#start({});
        this.#items.add(index, asObject(event['item']) ?? {});
        return;
      case 'response.output_item.done':
        this.#start({});
        this.#items.done(index, asObject(event['item']) ?? {});
        return;
      case 'response.completed':
      case 'response.incomplete':
        this.#finish(asObject(event['response']) ?? {});
        return;
      case 'response.failed':
        this.#fail(readFailure(asObject(asObject(event['response'])?.['error'])));
        return;
      case 'error':
        this.#fail(readFailure(asObject(event['error']) ?? event));
        return;
      case 'ping':
      case 'keepalive':
        this.#blocks.other({ type: 'ping' });
        return;
      default:
        this.#takeItemEvent(type, event, index);
    }
  }

  #takeItemEvent(type: string, event: JsonObject, index: number | undefined): void {
    if (!type.startsWith('response.')) {
      // A bare error object, as proxies send it.
      const error = asObject(event['error']);
      if (error !== undefined) this.#fail(readFailure(error));
      return;
    }
    const kind = Object.hasOwn(UNANNOUNCED, type) ? UNANNOUNCED[type] : undefined;
    if (kind !== undefined && !this.#items.has(index)) {
      this.#start({});
      this.#items.add(index, { type: kind });
    }
    this.#items.event(index, type, event);
  }

  #start(response: JsonObject): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    this.#blocks.other({
      type: 'message-start',
      id: asText(response['id']) ?? '',
      model: asText(response['model']) ?? '',
      usage: UNKNOWN_USAGE,
    });
  }

  #finish(response: JsonObject): void {
    const status = response['status'];
    if (status === 'failed' || status === 'cancelled') {
      this.#fail(readFailure(asObject(response['error'])));
      return;
    }
    this.#start(response);
    const output = objectsIn(response['output']);
    this.#items.end(output);
    this.#tellRest(output);
    this.#usage = foldResponse(this.#usage, response);
    if (this.#broken !== undefined && status !== 'incomplete') {
      this.#fail(unreadable(this.#broken));
      return;
    }
    const found = { calls: this.#hasCalls, refusal: this.#refusal };
    this.#blocks.close();
    this.#blocks.other({ type: 'finish', stop: readStop(response, found), usage: this.#usage });
    this.#state = 'ended';
  }

  /** What only the closing response holds: all of it where nothing was streamed, else calls, which must not be lost. */
  #tellRest(output: readonly JsonObject[]): void {
    const isWhole = this.#items.isEmpty;
    for (const item of output) {
      const call = readToolCall(item);
      if (isWhole || (call !== undefined && !this.#items.knowsCall(call.id))) {
        this.#items.add(undefined, item);
        this.#items.done(undefined, item);
      }
    }
  }

  #fail(failure: AnswerFailure): void {
    if (this.#state === 'ended') return;
    this.#blocks.other({ type: 'error', failure });
    this.#state = 'ended';
  }
}

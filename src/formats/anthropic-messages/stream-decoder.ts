import type { Buffer } from 'node:buffer';
import type { AnswerFailure, StopReason } from '../../domain/answer.ts';
import { asNumber, asObject, asString, asText, type JsonObject } from '../../domain/json-value.ts';
import type { StreamPart } from '../../domain/stream-part.ts';
import { UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import { SseParser } from '../../lib/sse-parser.ts';
import { BlockWriter } from '../block-writer.ts';
import type { AnswerContext, StreamDecoder } from '../codec.ts';
import { truncated, unreadable } from '../failures.ts';
import { parseJson } from '../parse-body.ts';
import { createBlockReader, type BlockReader } from './block-readers.ts';
import { errorKind } from './error-type.ts';
import { readStop } from './stop-reason.ts';
import { foldAnthropicUsage } from './usage.ts';

const FRAME_LIMIT = 32 * 1024 * 1024;

/**
 * Reads an Anthropic stream. Blocks come one after the other here too, so that each is told as it comes. A second
 * `message_start` and everything after `message_stop` are ignored: some proxies repeat or join answers.
 */
export class MessagesStreamDecoder implements StreamDecoder {
  readonly warnings: readonly Warning[] = [];
  readonly #parser = new SseParser(FRAME_LIMIT);
  readonly #blocks = new BlockWriter();
  readonly #context: AnswerContext;
  #state: 'waiting' | 'started' | 'ended' = 'waiting';
  #open: BlockReader | undefined;
  #openIndex = -1;
  #usage: Usage = UNKNOWN_USAGE;
  #stop: StopReason | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  push(chunk: Buffer): readonly StreamPart[] {
    for (const { data } of this.#parser.push(chunk)) this.#takeData(data);
    if (this.#parser.oversizedFrames > 0) this.#fail(unreadable('an oversized event'));
    return this.#blocks.take();
  }

  end(): readonly StreamPart[] {
    for (const { data } of this.#parser.end()) this.#takeData(data);
    if (this.#state !== 'ended' && this.#stop !== undefined) this.#finish(this.#stop);
    else this.#fail(truncated());
    return this.#blocks.take();
  }

  #takeData(data: string): void {
    if (this.#state === 'ended' || data === '[DONE]') return;
    const event = asObject(parseJson(data));
    if (event === undefined) this.#fail(unreadable('an event'));
    else this.#takeEvent(event);
  }

  #takeEvent(event: JsonObject): void {
    switch (event['type']) {
      case 'message_start':
        this.#start(asObject(event['message']) ?? {});
        return;
      case 'content_block_start':
        this.#startBlock(event);
        return;
      case 'content_block_delta':
        if (asNumber(event['index']) === this.#openIndex) this.#open?.delta(asObject(event['delta']) ?? {});
        return;
      case 'content_block_stop':
        this.#stopBlock();
        return;
      case 'message_delta':
        this.#takeMessageDelta(event);
        return;
      case 'message_stop':
        // Without a stop reason before it the answer is whole all the same: the provider says so.
        this.#finish(this.#stop ?? { kind: 'end', raw: '' });
        return;
      case 'error':
        this.#fail(readError(asObject(event['error'])));
        return;
      case 'ping':
        this.#blocks.other({ type: 'ping' });
        return;
      default: // Events to come mean nothing to other formats.
    }
  }

  #start(message: JsonObject): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'started';
    this.#usage = foldAnthropicUsage(UNKNOWN_USAGE, message['usage']);
    this.#blocks.other({
      type: 'message-start',
      id: asString(message['id']) ?? '',
      model: asString(message['model']) ?? '',
      usage: this.#usage,
    });
  }

  #startBlock(event: JsonObject): void {
    this.#start({});
    this.#stopBlock();
    const block = asObject(event['content_block']) ?? {};
    this.#openIndex = asNumber(event['index']) ?? -1;
    this.#open = createBlockReader(block, this.#blocks, this.#context.origin);
  }

  #stopBlock(): void {
    this.#open?.end();
    this.#open = undefined;
  }

  #takeMessageDelta(event: JsonObject): void {
    this.#usage = foldAnthropicUsage(this.#usage, event['usage']);
    this.#stop = readStop(asObject(event['delta']) ?? {}) ?? this.#stop;
  }

  #finish(stop: StopReason): void {
    this.#start({});
    this.#stopBlock();
    this.#blocks.close();
    this.#blocks.other({ type: 'finish', stop, usage: this.#usage });
    this.#state = 'ended';
  }

  #fail(failure: AnswerFailure): void {
    if (this.#state === 'ended') return;
    this.#blocks.other({ type: 'error', failure });
    this.#state = 'ended';
  }
}

export function readError(error: JsonObject | undefined): AnswerFailure {
  const raw = asText(error?.['type']);
  const message = asText(error?.['message']) ?? 'the provider reported an error';
  return { kind: errorKind(raw), message, raw, truncated: false };
}

import type { AnswerFailure, StopReason } from '../../domain/answer.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import { type Opaque, wrapOpaque } from '../../domain/opaque.ts';
import type { MessageStart, StreamPart, ToolCallStart, WholePart } from '../../domain/stream-part.ts';
import { mergeUsage, UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { AnswerContext, StreamEncoder } from '../codec.ts';
import { fitToolId } from '../passes/map-tool-ids.ts';
import { errorType } from './error-type.ts';
import { encodeCallSeal } from './parts/call-seal.ts';
import { ownBlock } from './parts/server-tool.ts';
import { encodeCitation } from './parts/text.ts';
import { writeStop } from './stop-reason.ts';
import { CLIENT_TOOL_IDS, messageId } from './wire.ts';
import { writeUsage } from './write-usage.ts';

const PING = frame('ping', '{"type":"ping"}');

/**
 * Writes an Anthropic stream. Indexes are counted here and not taken from the parts, because some parts become two
 * blocks and some none.
 */
export class MessagesStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  #index = 0;
  /** Reasoning shows its kind with its first word: without one it is a hidden block. */
  #isThinkingOpen = false;
  /** A call of free text, which is written as the one argument of a function. */
  #isFreeText = false;
  #usage: Usage = UNKNOWN_USAGE;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  push(part: StreamPart): string {
    switch (part.type) {
      case 'message-start':
        return this.#messageStart(part);
      case 'text-start':
        return this.#start('{"type":"text","text":""}');
      case 'text-delta':
        return this.#delta('text_delta', 'text', part.text);
      case 'citation': {
        const citation = encodeCitation(part.citation);
        return citation === undefined
          ? ''
          : this.#rawDelta(`{"type":"citations_delta","citation":${JSON.stringify(citation)}}`);
      }
      case 'reasoning-start':
        return '';
      case 'reasoning-delta':
        return this.#thinkingStart() + this.#delta('thinking_delta', 'thinking', part.text);
      case 'reasoning-end':
        return this.#reasoningEnd(part.opaque);
      case 'tool-call-start':
        this.#isFreeText = part.input === 'text';
        return this.#toolStart(part);
      case 'tool-call-delta':
        return this.#toolInput(this.#isFreeText ? JSON.stringify(part.text).slice(1, -1) : part.text);
      case 'tool-call-end':
        return (this.#isFreeText ? this.#toolInput('"}') : '') + this.#stop();
      case 'text-end':
        return this.#stop();
      case 'part':
        return this.#whole(part.part);
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return '';
      case 'finish':
        return this.#finish(part.stop, part.usage);
      case 'error':
        return encodeFailure(part.failure);
      case 'ping':
        return PING;
      default:
        return assertNever(part);
    }
  }

  #messageStart(part: MessageStart): string {
    const { answerModel, estimatedInput, newId } = this.#context;
    this.#usage = mergeUsage({ ...UNKNOWN_USAGE, input: estimatedInput, output: 1 }, part.usage);
    const message = {
      id: messageId(part.id, newId),
      type: 'message',
      role: 'assistant',
      model: answerModel ?? part.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeUsage(this.#usage),
    };
    return frame('message_start', `{"type":"message_start","message":${JSON.stringify(message)}}`);
  }

  #toolStart(part: ToolCallStart): string {
    const id = fitToolId(part.id, CLIENT_TOOL_IDS);
    const block = JSON.stringify({ type: 'tool_use', id, name: part.name, input: {} });
    const seal = part.opaque === undefined ? '' : this.#block(encodeCallSeal({ id }, part.opaque));
    return seal + this.#start(block) + (this.#isFreeText ? this.#toolInput('{"input":"') : '');
  }

  #toolInput(json: string): string {
    return this.#delta('input_json_delta', 'partial_json', json);
  }

  #thinkingStart(): string {
    if (this.#isThinkingOpen) return '';
    this.#isThinkingOpen = true;
    return this.#start('{"type":"thinking","thinking":"","signature":""}');
  }

  #reasoningEnd(opaque: Opaque | undefined): string {
    const sealed = opaque === undefined ? '' : wrapOpaque(opaque);
    if (!this.#isThinkingOpen && opaque?.kind !== 'signature')
      return sealed === '' ? '' : this.#block({ type: 'redacted_thinking', data: sealed });
    const start = this.#thinkingStart();
    this.#isThinkingOpen = false;
    return start + (sealed === '' ? '' : this.#delta('signature_delta', 'signature', sealed)) + this.#stop();
  }

  /** Blocks of the provider's own tools exist in this format alone; the hits of others are told by their citations. */
  #whole(part: WholePart['part']): string {
    if (part.type === 'vendor')
      return part.vendor.format === 'anthropic-messages' ? this.#block(part.vendor.value) : '';
    const own = ownBlock(part);
    return own === undefined ? '' : this.#block(own);
  }

  #finish(stop: StopReason, usage: Usage): string {
    this.#usage = mergeUsage(this.#usage, usage);
    const delta = JSON.stringify(writeStop(stop));
    const counts = JSON.stringify(writeUsage(this.#usage));
    return (
      frame('message_delta', `{"type":"message_delta","delta":${delta},"usage":${counts}}`) +
      frame('message_stop', '{"type":"message_stop"}')
    );
  }

  #block(block: JsonObject): string {
    return this.#start(JSON.stringify(block)) + this.#stop();
  }

  #start(block: string): string {
    const data = `{"type":"content_block_start","index":${this.#index},"content_block":${block}}`;
    return frame('content_block_start', data);
  }

  #delta(type: string, field: string, text: string): string {
    return this.#rawDelta(`{"type":"${type}","${field}":${JSON.stringify(text)}}`);
  }

  #rawDelta(delta: string): string {
    return frame(
      'content_block_delta',
      `{"type":"content_block_delta","index":${this.#index},"delta":${delta}}`,
    );
  }

  #stop(): string {
    const data = `{"type":"content_block_stop","index":${this.#index}}`;
    this.#index += 1;
    return frame('content_block_stop', data);
  }
}

function encodeFailure(failure: AnswerFailure): string {
  const error = { type: errorType(failure.kind), message: failure.message };
  return frame('error', `{"type":"error","error":${JSON.stringify(error)}}`);
}

function frame(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

import type { AnswerFailure, StopReason } from '../../domain/answer.ts';
import { type Opaque, wrapOpaque } from '../../domain/opaque.ts';
import type { StreamPart, ToolCallStart } from '../../domain/stream-part.ts';
import { mergeUsage, UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { AnswerContext, StreamEncoder } from '../codec.ts';
import { writeAnnotation } from './annotations.ts';
import { writeFailure } from './read-failure.ts';
import { finishReason } from './stop-reason.ts';
import { writeUsage } from './write-usage.ts';
import { completionId } from './wire.ts';

const DONE = 'data: [DONE]\n\n';

/** Writes a Chat stream. All chunks share id, time and model; calls are numbered among themselves. */
export class ChatStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  #head = '';
  #usage: Usage = UNKNOWN_USAGE;
  #calls = 0;
  #hasInput = false;
  #isFreeText = false;
  #isRefusal = false;
  #hasRefused = false;
  #reasoning = '';
  #details = 0;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  push(part: StreamPart): string {
    switch (part.type) {
      case 'message-start':
        this.#usage = mergeUsage(this.#usage, part.usage);
        this.#head = this.#writeHead(part.id, part.model);
        return this.#chunk('{"role":"assistant","content":""}');
      case 'text-start':
        this.#isRefusal = part.refusal === true;
        this.#hasRefused ||= this.#isRefusal;
        return '';
      case 'text-delta':
        return this.#chunk(`{"${this.#isRefusal ? 'refusal' : 'content'}":${JSON.stringify(part.text)}}`);
      case 'citation': {
        const annotation = writeAnnotation(part.citation);
        return annotation === undefined ? '' : this.#chunk(JSON.stringify({ annotations: [annotation] }));
      }
      case 'reasoning-start':
        this.#reasoning = '';
        return '';
      case 'reasoning-delta':
        this.#reasoning += part.text;
        return this.#chunk(this.#reasoningDelta(part.text));
      case 'reasoning-end':
        return part.opaque === undefined ? '' : this.#sealReasoning(part.opaque);
      case 'tool-call-start':
        return this.#startCall(part);
      case 'tool-call-delta':
        this.#hasInput = true;
        return this.#callInput(part.text);
      case 'tool-call-end':
        return this.#endCall();
      case 'text-end':
      case 'part':
        return '';
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return '';
      case 'finish':
        return this.#finish(part.stop, part.usage);
      case 'error':
        return encodeFailure(part.failure);
      case 'ping':
        return ': ping\n\n';
      default:
        return assertNever(part);
    }
  }

  #writeHead(id: string, providerModel: string): string {
    const { answerModel, created, newId } = this.#context;
    const model = JSON.stringify(answerModel ?? providerModel);
    const name = JSON.stringify(completionId(id, newId));
    return `data: {"id":${name},"object":"chat.completion.chunk","created":${created},"model":${model},"choices":`;
  }

  #chunk(delta: string, reason = 'null'): string {
    return `${this.#head}[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${reason}}]}\n\n`;
  }

  #reasoningDelta(text: string): string {
    const value = JSON.stringify(text);
    const { reasoningFields } = this.#context;
    switch (reasoningFields) {
      case 'both':
        return `{"reasoning_content":${value},"reasoning":${value}}`;
      case 'reasoning':
        return `{"reasoning":${value}}`;
      case 'reasoning_content':
        return `{"reasoning_content":${value}}`;
      default:
        return assertNever(reasoningFields);
    }
  }

  #sealReasoning(opaque: Opaque): string {
    const detail = writeDetail(this.#reasoning, opaque, this.#details);
    this.#details += 1;
    return this.#chunk(JSON.stringify({ reasoning_details: [detail] }));
  }

  #startCall(part: ToolCallStart): string {
    this.#hasInput = false;
    this.#isFreeText = part.input === 'text';
    const named = JSON.stringify(part.name);
    const kind = this.#isFreeText
      ? `"type":"custom","custom":{"name":${named},"input":""}`
      : `"type":"function","function":{"name":${named},"arguments":""}`;
    const seal =
      part.opaque === undefined
        ? ''
        : `,"extra_content":{"google":{"thought_signature":${JSON.stringify(wrapOpaque(part.opaque))}}}`;
    return this.#chunk(
      `{"tool_calls":[{"index":${this.#calls},"id":${JSON.stringify(part.id)},${kind}${seal}}]}`,
    );
  }

  #callInput(text: string): string {
    const value = JSON.stringify(text);
    const piece = this.#isFreeText ? `"custom":{"input":${value}}` : `"function":{"arguments":${value}}`;
    return this.#chunk(`{"tool_calls":[{"index":${this.#calls},${piece}}]}`);
  }

  #endCall(): string {
    const rest = this.#hasInput || this.#isFreeText ? '' : this.#callInput('{}');
    this.#calls += 1;
    return rest;
  }

  #finish(stop: StopReason, usage: Usage): string {
    this.#usage = mergeUsage(this.#usage, usage);
    const isUntold = stop.kind === 'refusal' && stop.explanation !== undefined && !this.#hasRefused;
    const refusal = isUntold ? this.#chunk(JSON.stringify({ refusal: stop.explanation })) : '';
    const last = this.#chunk('{}', `"${finishReason(stop)}"`);
    const counts = this.#context.includeUsage
      ? `${this.#head}[],"usage":${JSON.stringify(writeUsage(this.#usage))}}\n\n`
      : '';
    return refusal + last + counts + DONE;
  }
}

/**
 * One item of `reasoning_details` that gives the issuer's value back when the client returns it. It carries the text
 * sealed: clients that show details would show an open text twice.
 */
export function writeDetail(text: string, opaque: Opaque, index: number): Record<string, string | number> {
  const isClaude = opaque.kind === 'signature' || opaque.kind === 'redacted';
  const data = wrapOpaque(text === '' ? opaque : { ...opaque, text });
  return { type: 'reasoning.encrypted', data, format: isClaude ? 'anthropic-claude-v1' : 'unknown', index };
}

/**
 * Only for what a retry cannot heal: some clients never retry after an error chunk, and all do after a broken
 * connection, so that in every other case the connection is cut instead.
 */
function encodeFailure(failure: AnswerFailure): string {
  const isFinal = failure.kind === 'invalid_request' || failure.kind === 'forbidden';
  return isFinal ? `data: ${JSON.stringify(writeFailure(failure))}\n\n` : '';
}

import type { AnswerFailure, StopReason } from '../../domain/answer.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { Opaque } from '../../domain/opaque.ts';
import type { MessageStart, StreamPart, ToolCallStart, WholePart } from '../../domain/stream-part.ts';
import { mergeUsage, UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { sealCall } from '../call-seal.ts';
import type { AnswerContext, StreamEncoder } from '../codec.ts';
import {
  CallWriter,
  type ItemPlace,
  MessageWriter,
  ReasoningWriter,
  writeAdded,
  writeDone,
} from './item-writers.ts';
import { reasoningItem } from './parts/reasoning.ts';
import { builtinItem, type CallHead } from './parts/tool-call.ts';
import { failureCode } from './read-failure.ts';
import { type ClosingState, writeStop } from './stop-reason.ts';
import { responseId, responseObject } from './wire.ts';
import { writeUsage } from './write-usage.ts';

type Open =
  | { readonly kind: 'message'; readonly writer: MessageWriter }
  | { readonly kind: 'reasoning'; readonly writer: ReasoningWriter }
  | { readonly kind: 'call'; readonly writer: CallWriter }
  /** A tool of OpenAI's own: its item can be written once the arguments are whole. */
  | { readonly kind: 'builtin'; readonly call: CallHead; input: string };

/** Writes a Responses stream. Every event is numbered, and the closing one repeats every item as it was told. */
export class ResponsesStreamEncoder implements StreamEncoder {
  readonly #context: AnswerContext;
  readonly #output: JsonObject[] = [];
  #sequence = 0;
  #head = { id: '', created: 0, model: '' };
  #isStarted = false;
  #open: Open | undefined;
  #hasRefusal = false;
  #usage: Usage = UNKNOWN_USAGE;
  #response: JsonObject = {};

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  /** The whole response object, once the stream has ended. */
  get response(): JsonObject {
    return this.#response;
  }

  push(part: StreamPart): string {
    switch (part.type) {
      case 'message-start':
        return this.#start(part);
      case 'text-start':
        return this.#startText(part.refusal === true);
      case 'text-delta':
        return this.#open?.kind === 'message' ? this.#open.writer.delta(part.text) : '';
      case 'citation':
        return this.#open?.kind === 'message' ? this.#open.writer.citation(part.citation) : '';
      case 'text-end':
        return this.#open?.kind === 'message' ? this.#open.writer.endText() : '';
      case 'reasoning-start':
        return this.#close();
      case 'reasoning-delta':
        return this.#reasoningDelta(part.text);
      case 'reasoning-end':
        return this.#endReasoning(part.opaque);
      case 'tool-call-start':
        return this.#close() + this.#startCall(part);
      case 'tool-call-delta':
        return this.#callInput(part.text);
      case 'tool-call-end':
        return this.#close();
      case 'part':
        return this.#whole(part.part);
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return '';
      case 'finish':
        return this.#finish(part.stop, part.usage);
      case 'error':
        return this.#fail(part.failure);
      case 'ping':
        return this.#ping();
      default:
        return assertNever(part);
    }
  }

  /** OpenAI's own event, which resets Codex's timer. In front of everything its SDK takes comments only. */
  #ping(): string {
    return this.#isStarted ? this.#numbered('keepalive', '') : ': ping\n\n';
  }

  #start({ id, model, usage }: Pick<MessageStart, 'id' | 'model' | 'usage'>): string {
    const { answerModel, created, estimatedInput, newId } = this.#context;
    this.#isStarted = true;
    this.#head = { id: responseId(id, newId), created, model: answerModel ?? model };
    this.#usage = mergeUsage({ ...UNKNOWN_USAGE, input: estimatedInput, output: 0 }, usage);
    const response = `"response":${JSON.stringify(responseObject(this.#head, {}))}`;
    return this.#write('response.created', response) + this.#write('response.in_progress', response);
  }

  #startText(isRefusal: boolean): string {
    this.#hasRefusal ||= isRefusal;
    if (this.#open?.kind === 'message') return this.#open.writer.startText(isRefusal);
    const before = this.#close();
    const writer = new MessageWriter(this.#place('msg'));
    this.#open = { kind: 'message', writer };
    return before + writer.open() + writer.startText(isRefusal);
  }

  /** Opened by its first word or by what is sealed: reasoning of neither is nothing to show. */
  #reasoningDelta(text: string): string {
    if (this.#open?.kind === 'reasoning') return this.#open.writer.delta(text);
    const writer = new ReasoningWriter(this.#place('rs'));
    this.#open = { kind: 'reasoning', writer };
    return writer.open() + writer.delta(text);
  }

  #endReasoning(opaque: Opaque | undefined): string {
    if (this.#open?.kind !== 'reasoning') return opaque === undefined ? '' : this.#sealed(opaque);
    const { item, text } = this.#open.writer.close(opaque);
    this.#open = undefined;
    this.#output.push(item);
    return text;
  }

  #sealed(opaque: Opaque): string {
    const place = this.#place('rs');
    return this.#item(place, reasoningItem(place.id, '', opaque));
  }

  /** A signature of the call itself has no field here: it travels in front of it. */
  #startCall(part: ToolCallStart): string {
    const seal = part.opaque === undefined ? '' : this.#sealed(sealCall(part, part.opaque));
    if (part.builtin !== undefined) {
      this.#open = { kind: 'builtin', call: part, input: '' };
      return seal;
    }
    const writer = new CallWriter(this.#place(part.input === 'text' ? 'ctc' : 'fc'), part, part.input);
    this.#open = { kind: 'call', writer };
    return seal + writer.open();
  }

  #callInput(text: string): string {
    if (this.#open?.kind === 'call') return this.#open.writer.delta(text);
    if (this.#open?.kind === 'builtin') this.#open.input += text;
    return '';
  }

  #whole(part: WholePart['part']): string {
    const before = this.#close();
    if (part.vendor.format !== 'openai-responses') return before;
    // Items of this format are objects.
    return before + this.#item(this.#place('item'), part.vendor.value as JsonObject);
  }

  #close(): string {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return '';
    if (open.kind === 'builtin') return this.#endBuiltin(open.call, open.input);
    const { item, text } = open.kind === 'reasoning' ? open.writer.close(undefined) : open.writer.close();
    this.#output.push(item);
    return text;
  }

  /** Arguments that do not fit the tool are shown as a function's, so that the client can tell the model so. */
  #endBuiltin(call: CallHead, input: string): string {
    const place = this.#place('fc');
    const item = builtinItem(place.id, call, input);
    if (item !== undefined) return this.#item(place, { ...item, status: 'completed' });
    const writer = new CallWriter(place, call, 'json');
    const start = writer.open() + (input === '' ? '' : writer.delta(input));
    const end = writer.close();
    this.#output.push(end.item);
    return start + end.text;
  }

  #item(place: ItemPlace, item: JsonObject): string {
    this.#output.push(item);
    return writeAdded(place, item) + writeDone(place, item);
  }

  #finish(stop: StopReason, usage: Usage): string {
    const explained = stop.kind === 'refusal' && !this.#hasRefusal ? stop.explanation : undefined;
    const refusal =
      explained === undefined
        ? ''
        : this.#startText(true) +
          this.push({ type: 'text-delta', index: 0, text: explained }) +
          this.push({ type: 'text-end', index: 0 });
    const closed = refusal + this.#close();
    this.#usage = mergeUsage(this.#usage, usage);
    return closed + this.#end(writeStop(stop, this.#hasRefusal));
  }

  /** The closing event is named after the status it tells. */
  #end({ status, ...state }: ClosingState): string {
    const end = { status, ...state, output: this.#output, usage: writeUsage(this.#usage) };
    this.#response = responseObject(this.#head, end);
    return this.#write(`response.${status}`, `"response":${JSON.stringify(this.#response)}`);
  }

  /** Both events, as OpenAI sends them: some clients wait for the one and some for the other. */
  #fail(failure: AnswerFailure): string {
    const start = this.#isStarted ? '' : this.#start({ id: '', model: '', usage: UNKNOWN_USAGE });
    const code = failureCode(failure);
    const { message } = failure;
    const error = { type: code, code, message, param: null };
    const fields = JSON.stringify({ code, message, param: null, error }).slice(1, -1);
    this.#open = undefined;
    const event = this.#write('error', fields);
    return start + event + this.#end({ status: 'failed', error: { code, message } });
  }

  #place(prefix: string): ItemPlace {
    return {
      id: `${prefix}_${this.#context.newId()}`,
      index: this.#output.length,
      write: (type, fields) => this.#write(type, fields),
    };
  }

  #write(type: string, fields: string): string {
    return this.#numbered(type, `,${fields}`);
  }

  #numbered(type: string, fields: string): string {
    const data = `{"type":"${type}","sequence_number":${this.#sequence}${fields}}`;
    this.#sequence += 1;
    return `event: ${type}\ndata: ${data}\n\n`;
  }
}

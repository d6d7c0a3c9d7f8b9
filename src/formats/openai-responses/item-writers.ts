import type { JsonObject } from '../../domain/json-value.ts';
import type { Citation, ToolCallPart } from '../../domain/message-part.ts';
import type { Opaque } from '../../domain/opaque.ts';
import { writeAnnotation } from './annotations.ts';
import { callItem, type CallHead } from './parts/tool-call.ts';
import { reasoningItem } from './parts/reasoning.ts';

/** One event's text; the fields are JSON members without braces. */
type WriteEvent = (type: string, fields: string) => string;

/** Where an item stands and how its events are written. */
export interface ItemPlace {
  readonly id: string;
  readonly index: number;
  readonly write: WriteEvent;
}

export function writeAdded({ index, write }: ItemPlace, item: JsonObject): string {
  return write('response.output_item.added', `"output_index":${index},"item":${JSON.stringify(item)}`);
}

export function writeDone({ index, write }: ItemPlace, item: JsonObject): string {
  return write('response.output_item.done', `"output_index":${index},"item":${JSON.stringify(item)}`);
}

/** A message: texts next to each other are parts of one. */
export class MessageWriter {
  readonly #place: ItemPlace;
  readonly #names: string;
  readonly #content: JsonObject[] = [];
  #text = '';
  #annotations: JsonObject[] = [];
  #isRefusal = false;

  constructor(place: ItemPlace) {
    this.#place = place;
    this.#names = `"item_id":"${place.id}","output_index":${place.index}`;
  }

  open(): string {
    return writeAdded(this.#place, { ...this.#item(), status: 'in_progress' });
  }

  startText(isRefusal: boolean): string {
    this.#isRefusal = isRefusal;
    this.#text = '';
    this.#annotations = [];
    return this.#write('response.content_part.added', `"part":${JSON.stringify(this.#part())}`);
  }

  delta(text: string): string {
    this.#text += text;
    const value = JSON.stringify(text);
    return this.#isRefusal
      ? this.#write('response.refusal.delta', `"delta":${value}`)
      : this.#write('response.output_text.delta', `"delta":${value},"logprobs":[]`);
  }

  citation(citation: Citation): string {
    const annotation = writeAnnotation(citation, this.#text.length);
    if (annotation === undefined || this.#isRefusal) return '';
    this.#annotations.push(annotation);
    const at = this.#annotations.length - 1;
    return this.#write(
      'response.output_text.annotation.added',
      `"annotation_index":${at},"annotation":${JSON.stringify(annotation)}`,
    );
  }

  endText(): string {
    const part = this.#part();
    const value = JSON.stringify(this.#text);
    const done = this.#isRefusal
      ? this.#write('response.refusal.done', `"refusal":${value}`)
      : this.#write('response.output_text.done', `"text":${value},"logprobs":[]`);
    const end = this.#write('response.content_part.done', `"part":${JSON.stringify(part)}`);
    this.#content.push(part);
    return done + end;
  }

  close(): { readonly item: JsonObject; readonly text: string } {
    const item = this.#item();
    return { item, text: writeDone(this.#place, item) };
  }

  #write(type: string, fields: string): string {
    return this.#place.write(type, `${this.#names},"content_index":${this.#content.length},${fields}`);
  }

  #part(): JsonObject {
    return this.#isRefusal
      ? { type: 'refusal', refusal: this.#text }
      : { type: 'output_text', annotations: this.#annotations, logprobs: [], text: this.#text };
  }

  #item(): JsonObject {
    const { id } = this.#place;
    return { id, type: 'message', status: 'completed', role: 'assistant', content: this.#content };
  }
}

/** Reasoning, shown as a summary of one part. */
export class ReasoningWriter {
  readonly #place: ItemPlace;
  readonly #names: string;
  #text = '';

  constructor(place: ItemPlace) {
    this.#place = place;
    this.#names = `"item_id":"${place.id}","output_index":${place.index},"summary_index":0`;
  }

  open(): string {
    return writeAdded(this.#place, reasoningItem(this.#place.id, '', undefined));
  }

  delta(text: string): string {
    const part = '"part":{"type":"summary_text","text":""}';
    const start = this.#text === '' ? this.#write('response.reasoning_summary_part.added', part) : '';
    this.#text += text;
    return start + this.#write('response.reasoning_summary_text.delta', `"delta":${JSON.stringify(text)}`);
  }

  close(opaque: Opaque | undefined): { readonly item: JsonObject; readonly text: string } {
    const item = reasoningItem(this.#place.id, this.#text, opaque);
    const value = JSON.stringify(this.#text);
    const end =
      this.#text === ''
        ? ''
        : this.#write('response.reasoning_summary_text.done', `"text":${value}`) +
          this.#write(
            'response.reasoning_summary_part.done',
            `"part":{"type":"summary_text","text":${value}}`,
          );
    return { item, text: end + writeDone(this.#place, item) };
  }

  #write(type: string, fields: string): string {
    return this.#place.write(type, `${this.#names},${fields}`);
  }
}

/** A call of a function, or of a tool that takes free text. */
export class CallWriter {
  readonly #place: ItemPlace;
  readonly #call: CallHead;
  readonly #kind: ToolCallPart['input']['kind'];
  readonly #names: string;
  #input = '';

  constructor(place: ItemPlace, call: CallHead, kind: ToolCallPart['input']['kind']) {
    this.#place = place;
    this.#call = call;
    this.#kind = kind;
    this.#names = `"item_id":"${place.id}","output_index":${place.index}`;
  }

  open(): string {
    return writeAdded(this.#place, { ...this.#item(), status: 'in_progress' });
  }

  delta(text: string): string {
    this.#input += text;
    const type =
      this.#kind === 'text'
        ? 'response.custom_tool_call_input.delta'
        : 'response.function_call_arguments.delta';
    return this.#place.write(type, `${this.#names},"delta":${JSON.stringify(text)}`);
  }

  close(): { readonly item: JsonObject; readonly text: string } {
    const isFunction = this.#kind === 'json';
    const rest = isFunction && this.#input.trim() === '' ? this.delta('{}') : '';
    const value = JSON.stringify(this.#input);
    const done = isFunction
      ? this.#place.write(
          'response.function_call_arguments.done',
          `${this.#names},"name":${JSON.stringify(this.#call.name)},"arguments":${value}`,
        )
      : this.#place.write('response.custom_tool_call_input.done', `${this.#names},"input":${value}`);
    const item = { ...this.#item(), status: 'completed' };
    return { item, text: rest + done + writeDone(this.#place, item) };
  }

  #item(): JsonObject {
    return callItem(this.#place.id, this.#call, { kind: this.#kind, text: this.#input });
  }
}

import { asList, asNumber, asObject, asString, type JsonObject } from '../../domain/json-value.ts';
import type { ToolCallPart } from '../../domain/message-part.ts';
import type { OpaqueOrigin } from '../../domain/opaque.ts';
import type { BlockWriter } from '../block-writer.ts';
import { parseJson } from '../parse-body.ts';
import { readAnnotation } from './annotations.ts';
import { decodeOutputText } from './parts/content.ts';
import { decodeOtherItem } from './parts/hosted-call.ts';
import { issuedOpaque, readText, SUMMARY_GAP } from './parts/reasoning.ts';
import { readToolCall } from './parts/tool-call.ts';

/** Tells one output item of a stream to the hub. */
export interface ItemReader {
  event(type: string, event: JsonObject): void;
  /** @param item the whole item, as far as the provider told it; what no event told before comes from here */
  end(item: JsonObject): void;
}

export interface ItemScope {
  readonly blocks: BlockWriter;
  readonly origin: OpaqueOrigin;
  readonly newId: () => string;
  /** Told the name of every call, what is wrong with those that cannot be run, and the text of refusals. */
  readonly note: (what: 'call' | 'broken' | 'refusal', text: string) => void;
}

export function createItemReader(item: JsonObject, scope: ItemScope): ItemReader {
  if (item['type'] === 'message') return new MessageReader(scope);
  if (item['type'] === 'reasoning') return new ReasoningReader(scope);
  const call = readToolCall(item);
  if (call === undefined) return { event() {}, end: (whole) => scope.blocks.whole(decodeOtherItem(whole)) };
  scope.note('call', call.name);
  if (call.name === '') scope.note('broken', 'a tool call without a name');
  return call.builtin === undefined ? new CallReader(call, scope) : readBuiltin(scope);
}

/** Deltas may be missing: what the closing event of a text tells beyond them counts as well. */
class MessageReader implements ItemReader {
  readonly #scope: ItemScope;
  #hasText = false;
  /** What deltas told of the part under way. */
  #told = '';

  constructor(scope: ItemScope) {
    this.#scope = scope;
  }

  event(type: string, event: JsonObject): void {
    const { blocks } = this.#scope;
    switch (type) {
      case 'response.output_text.delta':
        this.#text(asString(event['delta']) ?? '', false);
        return;
      case 'response.refusal.delta':
        this.#text(asString(event['delta']) ?? '', true);
        return;
      case 'response.output_text.annotation.added': {
        const citation = readAnnotation(asObject(event['annotation']));
        if (citation !== undefined) blocks.citation(citation);
        return;
      }
      case 'response.output_text.done':
        this.#text(untold(this.#told, asString(event['text'])), false);
        return;
      case 'response.refusal.done':
        this.#text(untold(this.#told, asString(event['refusal'])), true);
        return;
      case 'response.content_part.done':
        blocks.close();
        this.#told = '';
        return;
      default: // Everything else repeats what these told.
    }
  }

  end(item: JsonObject): void {
    if (!this.#hasText) for (const content of asList(item['content'])) this.#whole(asObject(content) ?? {});
    this.#scope.blocks.close();
  }

  #text(text: string, isRefusal: boolean): void {
    if (text === '') return;
    this.#hasText = true;
    this.#told += text;
    if (isRefusal) this.#scope.note('refusal', text);
    this.#scope.blocks.text(text, isRefusal);
  }

  #whole(content: JsonObject): void {
    const { blocks } = this.#scope;
    blocks.close();
    if (content['type'] === 'refusal') this.#text(asString(content['refusal']) ?? '', true);
    if (content['type'] !== 'output_text') return;
    const { text, citations = [] } = decodeOutputText(content);
    this.#text(text, false);
    for (const citation of citations) if (text !== '') blocks.citation(citation);
  }
}

/** Followed by `.delta` or `.done`. */
const REASONING_EVENTS = ['response.reasoning_summary_text', 'response.reasoning_text'];

/** What a whole text tells beyond the deltas; nothing where it tells something else. */
function untold(told: string, whole: string | undefined): string {
  return whole?.startsWith(told) === true ? whole.slice(told.length) : '';
}

/** A summary, or the open text of models that tell it; where both come, the kind that came first counts. */
class ReasoningReader implements ItemReader {
  readonly #scope: ItemScope;
  #kind: string | undefined;
  #part: number | undefined;
  /** What deltas told of the part under way. */
  #told = '';

  constructor(scope: ItemScope) {
    this.#scope = scope;
  }

  event(type: string, event: JsonObject): void {
    const kind = REASONING_EVENTS.find((name) => type.startsWith(name));
    if (kind === undefined) return;
    this.#kind ??= kind;
    if (this.#kind !== kind) return;
    const part = asNumber(event['summary_index']) ?? asNumber(event['content_index']) ?? 0;
    const gap = this.#part === undefined || this.#part === part ? '' : SUMMARY_GAP;
    if (this.#part !== part) this.#told = '';
    const text = asString(event['delta']) ?? untold(this.#told, asString(event['text']));
    if (text === '') return;
    this.#part = part;
    this.#told += text;
    this.#scope.blocks.reasoning(gap + text);
  }

  end(item: JsonObject): void {
    const { blocks, origin } = this.#scope;
    if (this.#kind === undefined) blocks.reasoning(readText(item));
    const opaque = issuedOpaque(item, origin);
    if (opaque !== undefined) blocks.openReasoning();
    blocks.close(opaque);
  }
}

/** The arguments of a function or the free text of a custom tool. */
class CallReader implements ItemReader {
  readonly #call: ToolCallPart;
  readonly #scope: ItemScope;
  #sent = '';

  constructor(call: ToolCallPart, scope: ItemScope) {
    this.#call = call;
    this.#scope = scope;
    const namespace = call.namespace === undefined ? {} : { namespace: call.namespace };
    const id = call.id === '' ? `call_${scope.newId()}` : call.id;
    scope.blocks.startCall({ id, name: call.name, ...namespace, input: call.input.kind });
  }

  event(type: string, event: JsonObject): void {
    if (type.endsWith('.delta')) this.#send(asString(event['delta']) ?? '');
    else if (type.endsWith('.done'))
      this.#complete(asString(event['arguments']) ?? asString(event['input']) ?? '');
  }

  end(item: JsonObject): void {
    this.#complete(readToolCall(item)?.input.text ?? '');
    const isBroken = this.#call.input.kind === 'json' && !isObjectText(this.#sent);
    if (isBroken) this.#scope.note('broken', `arguments of the tool call ${this.#call.name}`);
    this.#scope.blocks.close();
  }

  #send(text: string): void {
    this.#sent += text;
    this.#scope.blocks.callInput(text);
  }

  /** Some servers send no deltas, or not all. */
  #complete(whole: string): void {
    this.#send(untold(this.#sent, whole));
  }
}

function isObjectText(text: string): boolean {
  return text.trim() === '' || asObject(parseJson(text)) !== undefined;
}

/** A tool of OpenAI whose call has a shape of its own: told when it is whole. */
function readBuiltin({ blocks }: ItemScope): ItemReader {
  return {
    event() {},
    end(item) {
      const call = readToolCall(item);
      if (call === undefined) return;
      const { id, name, builtin, input } = call;
      blocks.startCall({ id, name, ...(builtin === undefined ? {} : { builtin }), input: input.kind });
      blocks.callInput(input.text);
      blocks.close();
    },
  };
}

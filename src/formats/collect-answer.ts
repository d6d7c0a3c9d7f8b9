import type { Answer, AnswerFailure, AnswerPart } from '../domain/answer.ts';
import type { Citation, TextPart } from '../domain/message-part.ts';
import type { StreamPart, ToolCallStart } from '../domain/stream-part.ts';
import { mergeUsage, UNKNOWN_USAGE, type Usage } from '../domain/usage.ts';
import { assertNever } from '../lib/assert-never.ts';
import { truncated } from './failures.ts';

export type Collected =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly failure: AnswerFailure };

/** Puts the parts of a stream together to the whole answer they tell. */
export class AnswerCollector {
  #id = '';
  #model = '';
  #usage: Usage = UNKNOWN_USAGE;
  #text = '';
  #citations: Citation[] = [];
  #call: ToolCallStart | undefined;
  #isRefusal = false;
  readonly #parts: AnswerPart[] = [];
  #result: Collected | undefined;

  get result(): Collected {
    return this.#result ?? { kind: 'failure', failure: truncated() };
  }

  pushAll(parts: readonly StreamPart[]): this {
    for (const part of parts) this.push(part);
    return this;
  }

  push(part: StreamPart): void {
    switch (part.type) {
      case 'message-start':
        this.#id = part.id;
        this.#model = part.model;
        this.#usage = mergeUsage(this.#usage, part.usage);
        return;
      case 'text-start':
        this.#isRefusal = part.refusal === true;
        return;
      case 'text-delta':
      case 'reasoning-delta':
      case 'tool-call-delta':
        this.#text += part.text;
        return;
      case 'citation':
        this.#citations.push(part.citation);
        return;
      case 'text-end':
        this.#parts.push(this.#takeTextPart());
        return;
      case 'reasoning-start':
        return;
      case 'reasoning-end':
        this.#parts.push({ type: 'reasoning', text: this.#takeText(), opaque: part.opaque });
        return;
      case 'tool-call-start':
        this.#call = part;
        return;
      case 'tool-call-end':
        this.#endCall();
        return;
      case 'part':
        this.#parts.push(part.part);
        return;
      case 'usage':
        this.#usage = mergeUsage(this.#usage, part.usage);
        return;
      case 'finish':
        this.#finish(part);
        return;
      case 'error':
        this.#result ??= { kind: 'failure', failure: part.failure };
        return;
      case 'ping':
        return;
      default:
        assertNever(part);
    }
  }

  #takeText(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  #takeTextPart(): TextPart {
    const citations = this.#citations;
    this.#citations = [];
    return {
      type: 'text',
      text: this.#takeText(),
      ...(this.#isRefusal ? { refusal: true } : {}),
      ...(citations.length > 0 ? { citations } : {}),
    };
  }

  #endCall(): void {
    const start = this.#call;
    if (start === undefined) return;
    this.#parts.push({
      type: 'tool-call',
      id: start.id,
      name: start.name,
      ...(start.namespace === undefined ? {} : { namespace: start.namespace }),
      ...(start.builtin === undefined ? {} : { builtin: start.builtin }),
      input: { kind: start.input, text: this.#takeText() },
      ...(start.opaque === undefined ? {} : { opaque: start.opaque }),
    });
    this.#call = undefined;
  }

  #finish(part: Extract<StreamPart, { type: 'finish' }>): void {
    this.#result ??= {
      kind: 'answer',
      answer: {
        id: this.#id,
        model: this.#model,
        parts: this.#parts,
        stop: part.stop,
        usage: mergeUsage(this.#usage, part.usage),
      },
    };
  }
}

import type { Citation } from '../domain/message-part.ts';
import type { Opaque } from '../domain/opaque.ts';
import type { StreamPart, ToolCallStart, WholePart } from '../domain/stream-part.ts';

/**
 * Writes hub stream parts so that blocks are counted from 0 and never interleave: opening one closes the one before.
 * Decoders of formats without blocks of their own use it.
 */
export class BlockWriter {
  readonly #out: StreamPart[] = [];
  #open: { kind: 'text' | 'reasoning' | 'tool-call'; refusal: boolean } | undefined;
  #next = 0;

  /** The parts written since the last call. */
  take(): StreamPart[] {
    return this.#out.splice(0);
  }

  get isEmpty(): boolean {
    return this.#next === 0;
  }

  text(text: string, refusal = false): void {
    if (text === '') return;
    if (this.#open?.kind !== 'text' || this.#open.refusal !== refusal) {
      this.close();
      this.#open = { kind: 'text', refusal };
      this.#out.push({ type: 'text-start', index: this.#next, ...(refusal ? { refusal } : {}) });
    }
    this.#out.push({ type: 'text-delta', index: this.#next, text });
  }

  /** Belongs to the open text; without one it opens an empty text. */
  citation(citation: Citation): void {
    if (this.#open?.kind !== 'text') {
      this.close();
      this.#open = { kind: 'text', refusal: false };
      this.#out.push({ type: 'text-start', index: this.#next });
    }
    this.#out.push({ type: 'citation', index: this.#next, citation });
  }

  reasoning(text: string): void {
    if (text === '') return;
    this.openReasoning();
    this.#out.push({ type: 'reasoning-delta', index: this.#next, text });
  }

  openReasoning(): void {
    if (this.#open?.kind === 'reasoning') return;
    this.close();
    this.#open = { kind: 'reasoning', refusal: false };
    this.#out.push({ type: 'reasoning-start', index: this.#next });
  }

  get isReasoning(): boolean {
    return this.#open?.kind === 'reasoning';
  }

  get isText(): boolean {
    return this.#open?.kind === 'text';
  }

  startCall(call: Omit<ToolCallStart, 'type' | 'index'>): void {
    this.close();
    this.#open = { kind: 'tool-call', refusal: false };
    this.#out.push({ type: 'tool-call-start', index: this.#next, ...call });
  }

  callInput(text: string): void {
    if (text !== '') this.#out.push({ type: 'tool-call-delta', index: this.#next, text });
  }

  whole(part: WholePart['part']): void {
    this.close();
    this.#out.push({ type: 'part', index: this.#next, part });
    this.#next += 1;
  }

  other(part: Exclude<StreamPart, { readonly index: number }>): void {
    this.#out.push(part);
  }

  /** Closes the open block, if any; reasoning takes its opaque value along. */
  close(opaque?: Opaque): void {
    if (this.#open === undefined) return;
    const index = this.#next;
    if (this.#open.kind === 'reasoning') this.#out.push({ type: 'reasoning-end', index, opaque });
    else this.#out.push({ type: `${this.#open.kind}-end`, index });
    this.#open = undefined;
    this.#next += 1;
  }
}

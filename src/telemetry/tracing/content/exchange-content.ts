import type { RawHeaders } from '../../../domain/headers.ts';
import { headerValue } from '../../../domain/headers.ts';
import { GrowingBytes } from '../../../lib/growing-bytes.ts';
import type { MemoryBudget } from '../../../lib/memory-budget.ts';

/** A longer body is not shown at all: half of one cannot be read. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The client's answer as it was sent. */
export interface AnswerContent {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/**
 * What a client asked and was answered, copied as it passes, because the bytes of both are given up early. Made only
 * for requests whose spans show content.
 */
export class ExchangeContent {
  /** Values that must not be shown, wherever they stand. */
  readonly secrets: readonly string[];
  readonly #budget: MemoryBudget;
  readonly #request: Buffer | undefined;
  #answer = new GrowingBytes(MAX_BODY_BYTES);
  #head: { readonly status: number; readonly headers: RawHeaders } | undefined;
  #charged = 0;
  /** Nothing is missing in the answer. */
  #isWhole = true;

  constructor(request: Buffer, secrets: readonly string[], budget: MemoryBudget) {
    this.secrets = secrets;
    this.#budget = budget;
    const fits = request.length <= MAX_BODY_BYTES && this.#charge(request.length);
    this.#request = fits ? Buffer.from(request) : undefined;
  }

  /** The head of the client's answer, as it is going to be sent. */
  begin(status: number, headers: RawHeaders): void {
    this.#head = { status, headers };
  }

  write(chunk: Buffer): void {
    if (!this.#isWhole) return;
    this.#isWhole = this.#charge(chunk.length) && this.#answer.append(chunk, 0, chunk.length);
  }

  /** What was begun does not reach the client. */
  revoke(): void {
    this.#head = undefined;
    this.#answer.clear();
    this.#isWhole = true;
  }

  /** `undefined` where it was too large to be copied. */
  get request(): Buffer | undefined {
    return this.#request;
  }

  /** `undefined` where there was none, or none that could be read. */
  get answer(): AnswerContent | undefined {
    if (this.#head === undefined || !this.#isWhole) return undefined;
    const { status, headers } = this.#head;
    const encoding = headerValue(headers, 'content-encoding') ?? 'identity';
    if (encoding !== 'identity') return undefined;
    const contentType = headerValue(headers, 'content-type') ?? '';
    return { status, contentType, bytes: this.#answer.storage.subarray(0, this.#answer.length) };
  }

  /** Gives the memory back. Call once, when nobody reads it any more. */
  release(): void {
    this.#budget.give(this.#charged);
    this.#charged = 0;
  }

  #charge(bytes: number): boolean {
    if (!this.#budget.take(bytes)) return false;
    this.#charged += bytes;
    return true;
  }
}

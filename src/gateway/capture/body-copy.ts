import type { CutBy, RawBody } from '../../domain/capture.ts';
import { GrowingBytes } from '../../lib/growing-bytes.ts';
import type { MemoryBudget } from '../../lib/memory-budget.ts';

/** A copy of a body as it passes: its beginning up to a limit, as long as there is memory for it. */
export class BodyCopy {
  readonly #limit: number;
  readonly #budget: MemoryBudget;
  #bytes: GrowingBytes;
  #size = 0;
  #cutBy: CutBy | undefined;

  constructor(limit: number, budget: MemoryBudget) {
    this.#limit = limit;
    this.#budget = budget;
    this.#bytes = new GrowingBytes(limit);
  }

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#cutBy !== undefined) return;
    const wanted = Math.min(chunk.length, this.#limit - this.#bytes.length);
    if (wanted < chunk.length) this.#cutBy = 'limit';
    if (this.#budget.take(wanted)) this.#bytes.append(chunk, 0, wanted);
    else this.#cutBy = 'memory';
  }

  /** Forgets what was added. */
  clear(): void {
    this.#budget.give(this.#bytes.length);
    this.#bytes = new GrowingBytes(this.#limit);
    this.#size = 0;
    this.#cutBy = undefined;
  }

  equals(other: BodyCopy): boolean {
    return this.#size === other.#size && Buffer.compare(this.#kept, other.#kept) === 0;
  }

  /** The copy, to be given away. The budget stays charged with its bytes. */
  body(encoding: string | undefined): RawBody {
    const kept = this.#kept;
    // Storage that grows is never part of Node's pool, so its memory is this copy's alone.
    const memory = kept.buffer as ArrayBuffer;
    const bytes = new Uint8Array(memory, kept.byteOffset, kept.length);
    return { bytes, size: this.#size, encoding, cutBy: this.#cutBy };
  }

  get #kept(): Buffer {
    return this.#bytes.storage.subarray(0, this.#bytes.length);
  }
}

/** Where the strings of a JSON text begin and end, found for the whole text at once. */
import { Buffer } from 'node:buffer';
import {
  AHEAD_BYTES,
  BLOCK_BYTES,
  HEX_TABLE,
  INPUT,
  MOST_QUOTES,
  OUTPUT,
  PIECE_BYTES,
  quoteProgram,
} from './quote-program.ts';

/** The part of it that is used; Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

interface Machine {
  readonly memory: Uint8Array;
  readonly positions: Uint32Array;
  readonly run: (end: number, out: number, shift: number, isFirst: number) => number;
}

const SPACE = 0x20;
const POSITION_BYTES = 4;

/** Shorter texts are read sooner than this is set up for them. */
const SHORTEST = 2_048;

/** Started with the first text that is long enough; `null` where this runtime has no WebAssembly. */
let machine: Machine | null | undefined;

/** All indexes share the memory of the machine: only the newest one holds. */
let newest = 0;

/**
 * The strings of one text. It answers for as long as no other text is indexed, and for strings in the order in which
 * they stand; for all else whoever asks has to look.
 */
export class QuoteIndex {
  readonly #positions: Uint32Array;
  readonly #count: number;
  readonly #number: number;
  #next = 0;

  /** @param count how many positions there are */
  constructor(positions: Uint32Array, count: number) {
    this.#positions = positions;
    this.#count = count;
    this.#number = newest;
  }

  /**
   * @param position of the quote that opens a string; all before it is known to be JSON
   * @returns the position behind the quote that closes it, or -1 when it is not known here
   */
  endOf(position: number): number {
    if (this.#number !== newest) return -1;
    let at = this.#next;
    while (at < this.#count && (this.#positions[at] ?? 0) < position) at += 2;
    const isKnown = at + 1 < this.#count && this.#positions[at] === position;
    if (!isKnown) return -1;
    this.#next = at + 2;
    return (this.#positions[at + 1] ?? 0) + 1;
  }
}

/**
 * Finds all strings of a text, and that none of them holds a control character or an escape that JSON does not know.
 * What stands between them is not looked at.
 * @returns `undefined` where it is not worth while, not possible, or where something is wrong with a string: then only a
 * closer look can tell what
 */
export function indexQuotes(bytes: Buffer): QuoteIndex | undefined {
  if (bytes.length < SHORTEST) return undefined;
  machine ??= startMachine();
  if (machine === null) return undefined;
  newest += 1; // Whatever becomes of this one, the positions of the index before are written over.
  const { positions } = machine;
  let out = OUTPUT;
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    if (out - OUTPUT > (MOST_QUOTES - PIECE_BYTES) * POSITION_BYTES) return undefined;
    out = runPiece(machine, bytes, from, out);
    if (out === 0) return undefined;
  }
  return new QuoteIndex(positions, (out - OUTPUT) / POSITION_BYTES);
}

function runPiece({ memory, run }: Machine, bytes: Buffer, from: number, out: number): number {
  const length = Math.min(PIECE_BYTES, bytes.length - from);
  memory.set(bytes.subarray(from, from + PIECE_BYTES + AHEAD_BYTES), INPUT);
  if (length < PIECE_BYTES) memory.fill(SPACE, INPUT + length, INPUT + length + BLOCK_BYTES);
  return run(INPUT + length, out, from - INPUT, from === 0 ? 1 : 0);
}

function startMachine(): Machine | null {
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(quoteProgram()));
    // These two the program exports, and nothing else.
    const { memory, run } = exports as { memory: { buffer: ArrayBuffer }; run: Machine['run'] };
    const whole = new Uint8Array(memory.buffer);
    for (const digit of Buffer.from('0123456789abcdefABCDEF')) whole[HEX_TABLE + digit] = 1;
    return { memory: whole, positions: new Uint32Array(memory.buffer, OUTPUT, MOST_QUOTES), run };
  } catch {
    // Without a compiler (`--jitless`) or without address space: everything is read byte by byte, as short texts are.
    return null;
  }
}

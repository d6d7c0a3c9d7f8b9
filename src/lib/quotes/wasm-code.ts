/**
 * As much of an assembler for WebAssembly as one small function needs. Every helper returns the bytes of its
 * instructions; values are written in front of the instruction that takes them, as the format wants it.
 * Source of the numbers: WebAssembly Core Specification 2.0, chapter 5.
 */
export type Code = number | readonly Code[];

const I64 = 0x7e;
const I32 = 0x7f;
const V128 = 0x7b;
const NO_RESULT = 0x40;

/** Numbers are written in groups of seven bits, the lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

type Unary = (value: Code) => Code;
type Binary = (one: Code, other: Code) => Code;

function unary(instruction: Code): Unary {
  return (value) => [value, instruction];
}

function binary(instruction: Code): Binary {
  return (one, other) => [one, other, instruction];
}

function vector(instruction: number): Code {
  return [0xfd, unsigned(instruction)];
}

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
export const getGlobal = (index: number): Code => [0x23, unsigned(index)];
export const setGlobal = (index: number, value: Code): Code => [value, 0x24, unsigned(index)];

export const i32 = {
  of: (value: number): Code => [0x41, signed(BigInt(value))],
  /** One byte of memory. */
  load8: (address: Code): Code => [address, 0x2d, 0, 0],
  store: (address: Code, value: Code): Code => [address, value, 0x36, 2, 0],
  add: binary(0x6a),
  and: binary(0x71),
  isLess: binary(0x49),
  isZero: unary(0x45),
} as const;

export const i64 = {
  of: (value: bigint): Code => [0x42, signed(value)],
  from: unary(0xad),
  toI32: unary(0xa7),
  sub: binary(0x7d),
  and: binary(0x83),
  or: binary(0x84),
  xor: binary(0x85),
  shiftLeft: binary(0x86),
  /** Fills up with the top bit. */
  shiftRightSigned: binary(0x87),
  shiftRight: binary(0x88),
  lowestBit: unary(0x7a),
  isNot: binary(0x52),
} as const;

/** Sixteen bytes at once. A comparison makes a byte of ones where it holds. */
export const bytes16 = {
  load: (address: Code, offset: number): Code => [address, vector(0), 0, unsigned(offset)],
  of: (byte: number): Code => [vector(12), Array.from({ length: 16 }, () => byte)],
  table: (entries: readonly number[]): Code => [vector(12), entries],
  isEqual: binary(vector(35)),
  isBelow: binary(vector(38)),
  and: binary(vector(78)),
  or: binary(vector(80)),
  /** Looks each byte of the second up in the first. */
  lookUp: binary(vector(14)),
  upperHalf: (value: Code): Code => [value, i32.of(4), vector(109)],
  isAny: unary(vector(83)),
  /** The top bit of every byte, as a number. */
  topBits: unary(vector(100)),
} as const;

export const when = (condition: Code, ...then: Code[]): Code => [condition, 0x04, NO_RESULT, then, 0x0b];

/** Runs `body`, and again for as long as `again` holds after it. */
export const repeat = (body: Code, again: Code): Code => [
  [0x03, NO_RESULT],
  body,
  again,
  [0x0d, 0], // To the loop that stands around it.
  0x0b,
];

/** `\0asm`, version 1. */
const MAGIC = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function flat(code: Code, into: number[] = []): number[] {
  if (typeof code === 'number') into.push(code);
  else for (const part of code) flat(part, into);
  return into;
}

function section(id: number, content: Code): Code {
  const bytes = flat(content);
  return [id, unsigned(bytes.length), bytes];
}

function name(text: string): Code {
  return [text.length, [...Buffer.from(text)]];
}

export interface Program {
  readonly parameters: number;
  /** How many there are of each type; they are numbered behind the parameters, in this order. */
  readonly locals: { readonly i32: number; readonly i64: number; readonly v128: number };
  /** 64-bit numbers that outlive a call; 0 at first. */
  readonly globals: number;
  /** In units of 64 KiB. */
  readonly pages: number;
  readonly body: Code;
}

/** A module with its `memory` and one function `run` of 32-bit parameters and a 32-bit result. */
export function moduleOf({ parameters, locals, globals, pages, body }: Program): Uint8Array {
  const code = flat([[3, locals.i32, I32, locals.i64, I64, locals.v128, V128], body, 0x0b]);
  const zero = [I64, 1, i64.of(0n), 0x0b];
  const sections = [
    section(1, [1, 0x60, parameters, Array.from({ length: parameters }, () => I32), 1, I32]),
    section(3, [1, 0]),
    section(5, [1, 0, unsigned(pages)]),
    section(6, [globals, Array.from({ length: globals }, () => zero)]),
    section(7, [2, name('memory'), 2, 0, name('run'), 0, 0]),
    section(10, [1, unsigned(code.length), code]),
  ];
  return Uint8Array.from(flat([MAGIC, sections]));
}

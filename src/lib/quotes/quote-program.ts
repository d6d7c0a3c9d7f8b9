/**
 * Finds the quotes that open and close strings in 64 bytes at a time, without a branch that depends on them: one bit
 * stands for one byte, and what depends on the bytes before is arithmetic. The method is that of simdjson (Langdale and
 * Lemire, "Parsing Gigabytes of JSON per Second", 2019). Compared byte by byte a processor has to guess at every
 * quote and backslash, of which requests are full.
 */
import { bytes16, get, getGlobal, i32, i64, moduleOf, repeat, set, setGlobal, when } from './wasm-code.ts';
import type { Code } from './wasm-code.ts';

/** Where things lie in the memory of the program. */
export const HEX_TABLE = 0;
export const INPUT = 256;
/** How many bytes are looked at in one call. */
export const PIECE_BYTES = 64 * 1024;
/** Bytes behind a piece that must be there: the digits of an escape. */
export const AHEAD_BYTES = 4;
/** Behind the input; a piece may be filled up to whole blocks, and is looked beyond. */
export const OUTPUT = INPUT + PIECE_BYTES + 256;
/** How many positions the output holds. */
export const MOST_QUOTES = 128 * 1024;
export const BLOCK_BYTES = 64;

const PAGE_BYTES = 64 * 1024;

// Parameters.
const END = 0;
const OUT = 1;
/** From an address to a position in the whole text. */
const SHIFT = 2;
const IS_FIRST = 3;
// Locals: where the block begins, then a bit for each of its bytes.
const AT = 4;
const QUOTES = 5;
const BACKSLASHES = 6;
const ESCAPED = 7;
const STRINGS = 8;
const REST = 9;
/** Not zero when something does not belong into a string. */
const WRONG = 10;
const VECTOR = 11;
// Globals: what a block leaves to the next one.
/** All ones when it ended inside a string. */
const IN_STRING = 0;
/** One when its last byte was a backslash that escapes. */
const CARRIED_ESCAPE = 1;

const ODD_BITS = -0x5555_5555_5555_5556n;
const not = (value: Code): Code => i64.xor(value, i64.of(-1n));
const isAny = (value: Code): Code => i64.isNot(value, i64.of(0n));
const isByte = (byte: string): Code => bytes16.isEqual(get(VECTOR), bytes16.of(byte.charCodeAt(0)));

const isControl = (): Code => bytes16.isBelow(get(VECTOR), bytes16.of(0x20));

const OFFSETS = [0, 16, 32, 48];
const loadVector = (offset: number): Code => set(VECTOR, bytes16.load(get(AT), offset));

/** One bit for each of the 64 bytes, of a test on sixteen. */
function bitsOf(test: Code): Code {
  return OFFSETS.map((offset): Code => {
    const bits = i64.from(bytes16.topBits(test));
    return [loadVector(offset), i64.shiftLeft(bits, i64.of(BigInt(offset)))];
  }).reduce((one, other) => i64.or(one, other));
}

/** The same test on all four parts of a block together: whether it holds anywhere, not where. */
function anyOf(test: Code): Code {
  return OFFSETS.map((offset): Code => [loadVector(offset), test]).reduce((one, other) =>
    bytes16.or(one, other),
  );
}

/** Which bytes follow a backslash that escapes them: in a row of backslashes every other one does. */
const findEscaped = (): Code => [
  set(REST, i64.and(get(BACKSLASHES), not(getGlobal(CARRIED_ESCAPE)))),
  set(
    ESCAPED,
    i64.xor(
      i64.sub(i64.or(i64.shiftLeft(get(REST), i64.of(1n)), i64.of(ODD_BITS)), get(REST)),
      i64.of(ODD_BITS),
    ),
  ),
  set(REST, i64.and(get(ESCAPED), get(BACKSLASHES))),
  set(ESCAPED, i64.xor(get(ESCAPED), i64.or(get(BACKSLASHES), getGlobal(CARRIED_ESCAPE)))),
  setGlobal(CARRIED_ESCAPE, i64.shiftRight(get(REST), i64.of(63n))),
];

/** By the halves of a byte: it may be escaped where the two entries have a bit in common. */
function isNoEscape(): Code {
  const lower = Array.from({ length: 16 }, () => 0);
  const upper = Array.from({ length: 16 }, () => 0);
  for (const byte of Buffer.from('"\\/bfnrtu')) {
    const bit = 1 << ((byte >> 4) - 2);
    upper[byte >> 4] = bit;
    lower[byte & 15] = (lower[byte & 15] ?? 0) | bit;
  }
  const byLower = bytes16.lookUp(bytes16.table(lower), bytes16.and(get(VECTOR), bytes16.of(15)));
  const byUpper = bytes16.lookUp(bytes16.table(upper), bytes16.upperHalf(get(VECTOR)));
  return bytes16.isEqual(bytes16.and(byLower, byUpper), bytes16.of(0));
}

/** 1 when the byte so far behind the lowest bit of REST is a hexadecimal digit. */
const isHex = (distance: number): Code =>
  i32.load8(i32.load8(i32.add(i32.add(get(AT), i64.toI32(i64.lowestBit(get(REST)))), i32.of(distance))));
const dropLowest = (local: number): Code => set(local, i64.and(get(local), i64.sub(get(local), i64.of(1n))));

/** The common escapes are told at once; only where there are others is looked twice. */
const checkEscapes = (): Code => [
  set(
    REST,
    i64.and(
      get(ESCAPED),
      not(i64.or(i64.or(get(QUOTES), get(BACKSLASHES)), bitsOf(bytes16.or(isByte('n'), isByte('t'))))),
    ),
  ),
  when(
    isAny(get(REST)),
    set(WRONG, i64.or(get(WRONG), i64.and(get(REST), bitsOf(isNoEscape())))),
    set(REST, i64.and(get(REST), bitsOf(isByte('u')))),
    when(
      isAny(get(REST)),
      repeat(
        [
          set(
            WRONG,
            i64.or(
              get(WRONG),
              i64.from(i32.isZero(i32.and(i32.and(isHex(1), isHex(2)), i32.and(isHex(3), isHex(4))))),
            ),
          ),
          dropLowest(REST),
        ],
        isAny(get(REST)),
      ),
    ),
  ),
];

/** All bits from each quote to the next one: every bit is the sum of those below it. */
const findStrings = (): Code => [
  set(STRINGS, get(QUOTES)),
  [1n, 2n, 4n, 8n, 16n, 32n].map((distance) =>
    set(STRINGS, i64.xor(get(STRINGS), i64.shiftLeft(get(STRINGS), i64.of(distance)))),
  ),
  set(STRINGS, i64.xor(get(STRINGS), getGlobal(IN_STRING))),
  setGlobal(IN_STRING, i64.shiftRightSigned(get(STRINGS), i64.of(63n))),
];

const storeQuotes = (): Code =>
  when(
    isAny(get(QUOTES)),
    repeat(
      [
        i32.store(get(OUT), i32.add(i32.add(get(AT), get(SHIFT)), i64.toI32(i64.lowestBit(get(QUOTES))))),
        set(OUT, i32.add(get(OUT), i32.of(4))),
        dropLowest(QUOTES),
      ],
      isAny(get(QUOTES)),
    ),
  );

const block = (): Code => [
  set(QUOTES, bitsOf(isByte('"'))),
  set(BACKSLASHES, bitsOf(isByte('\\'))),
  set(ESCAPED, i64.of(0n)),
  when(isAny(i64.or(get(BACKSLASHES), getGlobal(CARRIED_ESCAPE))), findEscaped(), checkEscapes()),
  set(QUOTES, i64.and(get(QUOTES), not(get(ESCAPED)))),
  findStrings(),
  when(
    bytes16.isAny(anyOf(isControl())),
    set(WRONG, i64.or(get(WRONG), i64.and(bitsOf(isControl()), get(STRINGS)))),
  ),
  storeQuotes(),
  set(AT, i32.add(get(AT), i32.of(BLOCK_BYTES))),
];

/**
 * Made when it is first needed, which no start has to wait for. `run(end, out, shift, isFirst)` writes the positions of all quotes in the blocks from `INPUT` to `end` to `out`.
 * @returns where the output ends; 0 when a string holds what none may
 */
export function quoteProgram(): Uint8Array {
  return moduleOf({
    parameters: 4,
    locals: { i32: 1, i64: 6, v128: 1 },
    globals: 2,
    pages: Math.ceil((OUTPUT + MOST_QUOTES * 4) / PAGE_BYTES),
    body: [
      set(AT, i32.of(INPUT)),
      when(get(IS_FIRST), setGlobal(IN_STRING, i64.of(0n)), setGlobal(CARRIED_ESCAPE, i64.of(0n))),
      repeat(block(), i32.isLess(get(AT), get(END))),
      when(isAny(get(WRONG)), set(OUT, i32.of(0))),
      get(OUT),
    ],
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatTraceParent, parseTraceParent } from './trace-parent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

const cases: readonly (readonly [text: string, sampled: boolean | undefined])[] = [
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [` 00-${TRACE}-${SPAN}-03 `, true],
  [`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`, true],
  [`00-${TRACE}-${SPAN}-01-more`, undefined],
  [`ff-${TRACE}-${SPAN}-01`, undefined],
  [`00-${'0'.repeat(32)}-${SPAN}-01`, undefined],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`, undefined],
  ['', undefined],
];

for (const [text, sampled] of cases) {
  test(`"${text}" is ${sampled === undefined ? 'no parent' : 'a parent'}`, () => {
    const parent = parseTraceParent(text);
    assert.deepEqual(parent, sampled === undefined ? undefined : { traceId: TRACE, spanId: SPAN, sampled });
  });
}

test('what is written is read back, and no text makes the reader throw', () => {
  const hex = (length: number) =>
    fc
      .string({
        unit: fc.constantFrom(...'0123456789abcdef'.split('')),
        minLength: length,
        maxLength: length,
      })
      .filter((text) => /[^0]/.test(text));
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
      const parent = { traceId, spanId, sampled };
      assert.deepEqual(parseTraceParent(formatTraceParent(parent)), parent);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseTraceParent(text)));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { BoundedLines } from './bounded-lines.ts';

function linesOf(chunks: readonly Buffer[], most: number): string[] {
  const lines: string[] = [];
  const splitter = new BoundedLines(most, (line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  return lines;
}

test('lines are the same wherever the chunks split, and none is longer than allowed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z {}"]{0,30}$/)),
      fc.array(fc.nat(40)),
      fc.integer({ min: 1, max: 40 }),
      (texts, sizes, most) => {
        const whole = Buffer.from(texts.map((text) => `${text}\n`).join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of sizes) chunks.push(whole.subarray(at, (at += size)));
        chunks.push(whole.subarray(at));
        const expected = texts.map((text) => text.slice(0, most).trim()).filter((text) => text !== '');
        assert.deepEqual(linesOf(chunks, most), expected);
      },
    ),
  );
});

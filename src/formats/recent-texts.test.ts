import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RecentTexts } from './recent-texts.ts';

test('a text is the same whether it is remembered or not, and in whatever buffer it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 40 }), (texts) => {
      const recent = new RecentTexts();
      for (const text of texts) {
        const bytes = Buffer.from(text);
        assert.equal(recent.lowerCase(bytes), bytes.toString().toLowerCase());
        bytes.fill(0);
      }
    }),
  );
});

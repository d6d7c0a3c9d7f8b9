import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FrameEncoder, readFrames } from './frame.ts';

function journalOf(payloads: readonly string[]): { bytes: Buffer; ends: number[] } {
  const encoder = new FrameEncoder();
  const frames = payloads.map((payload) => Buffer.from(encoder.encode(payload)));
  let end = 0;
  return { bytes: Buffer.concat(frames), ends: frames.map((frame) => (end += frame.length)) };
}

const payloads = fc.array(
  fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => JSON.stringify({ text })),
  { minLength: 1, maxLength: 12 },
);

test('what was written is read, whatever the text', () => {
  fc.assert(
    fc.property(payloads, fc.boolean(), (written, growing) => {
      const { bytes } = journalOf(written);
      assert.deepEqual(readFrames(bytes, { growing }), {
        payloads: written,
        consumed: bytes.length,
        damaged: 0,
      });
    }),
  );
});

test('a frame is one line that a person can read', () => {
  assert.match(new FrameEncoder().encode('{"a":1}').toString(), /^00000007 [0-9a-f]{8} \{"a":1\}\n$/);
});

test('a record larger than the encoder buffer is written whole', () => {
  const large = JSON.stringify('é'.repeat(200_000));
  assert.deepEqual(readFrames(journalOf([large, '1']).bytes, { growing: false }).payloads, [large, '1']);
});

test('cut off anywhere, every record that is whole is read and nothing else', () => {
  fc.assert(
    fc.property(payloads, fc.nat(), fc.boolean(), (written, cut, growing) => {
      const { bytes, ends } = journalOf(written);
      const at = cut % (bytes.length + 1);
      const whole = written.filter((_, index) => (ends[index] ?? 0) <= at);
      const read = readFrames(bytes.subarray(0, at), { growing });
      // A record that lacks only its line feed is left for later while the file grows.
      assert.deepEqual(read.payloads, whole);
      assert.equal(read.damaged, 0, 'what a dying writer left unfinished is not damage');
    }),
    { numRuns: 500 },
  );
});

test('with one bit flipped, at most the record it stands in is lost and none is wrong', () => {
  fc.assert(
    fc.property(payloads, fc.nat(), fc.nat(7), fc.boolean(), (written, at, bit, growing) => {
      const { bytes, ends } = journalOf(written);
      const offset = at % bytes.length;
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
      const hit = ends.findIndex((end) => offset < end);
      const survivors = written.filter((_, index) => index !== hit);
      const read = readFrames(bytes, { growing }).payloads;
      assert.deepEqual(read.length === written.length ? written : survivors, read);
    }),
    { numRuns: 2_000 },
  );
});

test('after any overwritten stretch, only true records are read, and all that end before it', () => {
  const stretch = fc.uint8Array({ minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(payloads, fc.nat(), stretch, (written, at, garbage) => {
      const { bytes, ends } = journalOf(written);
      const offset = at % bytes.length;
      Buffer.from(garbage).copy(bytes, offset);
      const read = readFrames(bytes, { growing: false }).payloads;
      const before = written.filter((_, index) => (ends[index] ?? 0) <= offset);
      assert.deepEqual(read.slice(0, before.length), before);
      for (const payload of read) assert.ok(written.includes(payload), 'a record nobody wrote');
    }),
    { numRuns: 1_000 },
  );
});

test('read in growing pieces, a journal gives each record once', () => {
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(), { maxLength: 10 }), (written, cuts) => {
      const { bytes } = journalOf(written);
      const stops = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const read: string[] = [];
      let from = 0;
      for (const stop of stops) {
        const piece = readFrames(bytes.subarray(from, stop), { growing: true });
        read.push(...piece.payloads);
        from += piece.consumed;
      }
      assert.deepEqual(read, written);
    }),
  );
});

test('an end that is no beginning of a record is damage', () => {
  const { bytes } = journalOf(['"first"']);
  const header = `${'0'.repeat(7)}2 ${'0'.repeat(8)} `;
  for (const end of ['no record', '0000000g', `${header}"longer than it says"`, `${header}"\n`]) {
    const journal = Buffer.concat([bytes, Buffer.from(end)]);
    assert.equal(readFrames(journal, { growing: false }).damaged, 1, end);
  }
});

test('a torn record followed by whole ones is counted once and skipped', () => {
  const { bytes } = journalOf(['"first"', '"second"']);
  const torn = Buffer.concat([bytes.subarray(0, 12), Buffer.from('\n'), bytes]);
  assert.deepEqual(readFrames(torn, { growing: true }), {
    payloads: ['"first"', '"second"'],
    consumed: torn.length,
    damaged: 1,
  });
});

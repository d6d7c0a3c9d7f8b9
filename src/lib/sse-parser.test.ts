import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { cutAt, singleBytes } from '../../fixtures/play.ts';
import type { SseEvent } from './sse-parser.ts';
import { SseParser } from './sse-parser.ts';

function parse(chunks: readonly Buffer[]): SseEvent[] {
  const parser = new SseParser();
  const events = chunks.flatMap((chunk) => parser.push(chunk));
  return [...events, ...parser.end()];
}

const one = (data: string, event?: string): SseEvent[] => [{ event, data }];

describe('T53: one stream, many spellings', () => {
  const cases: [name: string, text: string, expected: SseEvent[]][] = [
    ['event and data', 'event: a\ndata: 1\n\n', one('1', 'a')],
    ['CRLF', 'event: a\r\ndata: 1\r\n\r\n', one('1', 'a')],
    ['lone CR', 'event: a\rdata: 1\r\r', one('1', 'a')],
    ['no space after the colon', 'event:a\ndata:1\n\n', one('1', 'a')],
    ['only one space is taken off', 'data:  1 \n\n', one(' 1 ')],
    ['several data lines', 'data: 1\ndata: 2\ndata\n\n', one('1\n2\n')],
    ['comments are skipped', ': hello\ndata: 1\n: there\n\n', one('1')],
    ['a comment alone is no event', ': keep-alive\n\n', []],
    ['an event without data is none', 'event: a\n\n', []],
    ['empty data is no event', 'data:\n\n', []],
    ['no event name', 'data: 1\n\n', one('1')],
    ['the event line may follow the data', 'data: 1\nevent: a\n\n', one('1', 'a')],
    ['other fields are ignored', 'id: 7\nretry: 10\nfoo: bar\ndata: 1\n\n', one('1')],
    ['a byte order mark', '\uFEFFdata: 1\n\n', one('1')],
    ['a byte order mark and an empty line', '\uFEFF\ndata: 1\n\n', one('1')],
    ['no blank line at the end', 'data: 1\n\ndata: 2', [...one('1'), ...one('2')]],
    ['half an end', 'data: 1\n', one('1')],
    ['colons in data', 'data: {"a":"b:c"}\n\n', one('{"a":"b:c"}')],
    ['letters beyond ASCII', 'data: é漢😀\n\n', one('é漢😀')],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () => {
      assert.deepEqual(parse([Buffer.from(text)]), expected);
      assert.deepEqual(parse(singleBytes(Buffer.from(text))), expected);
    });
  }
});

test('events come out with the chunk that completes them', () => {
  const parser = new SseParser();
  assert.deepEqual(parser.push(Buffer.from('data: 1\n')), []);
  assert.deepEqual(parser.push(Buffer.from('\ndata: 2\n\ndat')), [...one('1'), ...one('2')]);
  assert.deepEqual(parser.push(Buffer.from('a: 3')), []);
  assert.deepEqual(parser.end(), one('3'));
  assert.deepEqual(parser.end(), []);
});

test('broken UTF-8 is replaced, never thrown at', () => {
  assert.deepEqual(parse([Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a])]), one('\uFFFD'));
});

test('a frame above the limit is left out and counted', () => {
  const parser = new SseParser(32);
  const events = parser.push(Buffer.from(`data: ${'x'.repeat(40)}\n\ndata: 1\n\n`));
  assert.deepEqual(events, one('1'));
  assert.equal(parser.oversizedFrames, 1);
});

test('A11: any split of the bytes gives the events of the whole', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ':', ' ', 'é', '漢', '😀', '\uFEFF', '{"x":1}'),
    maxLength: 6,
  });
  const line = fc
    .tuple(fc.constantFrom('data: ', 'data:', 'event: ', ': ', 'id: ', 'data', ''), text)
    .map(([field, value]) => field + value);
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\r\r');
  const stream = fc.array(
    fc.tuple(line, lineEnd).map((pair) => pair.join('')),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(stream, fc.array(fc.nat(400), { maxLength: 20 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.join(''));
      assert.deepEqual(parse(cutAt(bytes, cuts)), parse([bytes]));
      assert.deepEqual(parse(singleBytes(bytes)), parse([bytes]));
    }),
    { numRuns: 3000 },
  );
});

test('what is written as an event is read as the same event', () => {
  const event = fc
    .tuple(fc.constantFrom('a', 'content_block_delta', 'response.completed'), fc.json())
    .map(([event, data]) => ({ event, data }));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r'), (events, end) => {
      const lines = events.map(({ event, data }) => `event: ${event}${end}data: ${data}${end}${end}`);
      assert.deepEqual(parse([Buffer.from(lines.join(''))]), events);
    }),
  );
});

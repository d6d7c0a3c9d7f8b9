import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { play } from '../../fixtures/play.ts';
import type { AnswerReader } from './answer-meter.ts';
import { AnswerMeter, emptyReport, MAX_WHOLE_BYTES } from './answer-meter.ts';

class NotingReader implements AnswerReader {
  readonly report = emptyReport();
  readonly frames: string[] = [];
  readonly wholes: unknown[] = [];

  textBytes(scanned: number): number {
    return scanned - 10;
  }

  wants(): boolean {
    return true;
  }

  frame(bytes: Buffer, start: number, end: number): void {
    this.frames.push(bytes.toString('utf8', start, end));
  }

  readWhole(value: unknown): void {
    this.wholes.push(value);
  }
}

function read(stream: boolean, chunks: readonly string[]): NotingReader {
  const reader = new NotingReader();
  play(
    new AnswerMeter(reader, stream),
    chunks.map((chunk) => Buffer.from(chunk)),
  );
  return reader;
}

describe('the shape of an answer', () => {
  const cases: [name: string, stream: boolean, chunks: string[], frames: string[], wholes: unknown[]][] = [
    ['a stream', true, ['data: 1\n\n'], ['data: 1\n'], []],
    ['a whole body', false, ['{"a"', ':1}'], [], [{ a: 1 }]],
    ['JSON where a stream was asked for', true, ['{"a":1}'], [], [{ a: 1 }]],
    ['an array where a stream was asked for', true, ['[{"a":1}\n,{"a":2}]'], [], [[{ a: 1 }, { a: 2 }]]],
    ['a stream where JSON was asked for', false, ['event: x\ndata: 1\n\n'], ['event: x\ndata: 1\n'], []],
    ['a comment where JSON was asked for', false, [': hi\n\ndata: 1\n\n'], [': hi\n', 'data: 1\n'], []],
    ['blank bytes before JSON', false, ['\n', ' ', '\n{"a":1}'], [], [{ a: 1 }]],
    ['blank lines before a stream', true, ['\n', '\n\ndata: 1\n\n'], ['data: 1\n'], []],
    ['HTML where JSON was asked for', false, ['<html>'], [], [undefined]],
    ['a cut-off body', false, ['{"a":'], [], [undefined]],
    ['nothing at all', true, [], [], []],
    ['a stream that broke off in a frame', true, ['data: 1\n\ndata: 2'], ['data: 1\n', 'data: 2'], []],
  ];
  for (const [name, stream, chunks, frames, wholes] of cases) {
    test(name, () => {
      const reader = read(stream, chunks);
      assert.deepEqual(reader.frames, frames);
      assert.deepEqual(reader.wholes, wholes);
    });
  }
});

describe('the frame boundary', () => {
  test('follows the stream chunk by chunk', () => {
    const meter = new AnswerMeter(new NotingReader(), true);
    assert.equal(meter.report.atFrameBoundary, true);
    meter.push(Buffer.from('data: 1'));
    assert.equal(meter.report.atFrameBoundary, false);
    meter.push(Buffer.from('\n\n'));
    assert.equal(meter.report.atFrameBoundary, true);
  });

  test('nothing may be put into a whole body once it has begun', () => {
    for (const [stream, text] of [
      [false, ' '],
      [false, '\n'],
      [false, '{}'],
      [true, '{}'],
      [true, '{}\n\n'],
    ] as const) {
      const meter = new AnswerMeter(new NotingReader(), stream);
      meter.push(Buffer.from(text));
      assert.equal(meter.report.atFrameBoundary, false, text);
    }
  });
});

test('a body above the limit is not read and costs no memory, but passes', () => {
  const reader = new NotingReader();
  const meter = new AnswerMeter(reader, false);
  meter.push(Buffer.from('{"a":"'));
  const block = Buffer.alloc(8 * 1024 * 1024, 'x');
  for (let sent = 0; sent <= MAX_WHOLE_BYTES; sent += block.length) meter.push(block);
  meter.push(Buffer.from('"}'));
  meter.end();
  assert.deepEqual(reader.wholes, []);
  assert.equal(reader.report.atFrameBoundary, false);
});

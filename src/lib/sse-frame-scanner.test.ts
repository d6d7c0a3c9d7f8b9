import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { cutAt, singleBytes } from '../../fixtures/play.ts';
import { SseFrameScanner } from './sse-frame-scanner.ts';

interface Seen {
  readonly firstLines: string[];
  readonly frames: string[];
  readonly scanner: SseFrameScanner;
}

function scan(chunks: readonly Buffer[], wanted: (line: string) => boolean = () => true, cap?: number): Seen {
  const firstLines: string[] = [];
  const frames: string[] = [];
  const scanner = new SseFrameScanner(
    {
      wants: (bytes, start, end) => {
        const line = bytes.toString('latin1', start, end);
        firstLines.push(line);
        return wanted(line);
      },
      frame: (bytes, start, end) => frames.push(bytes.toString('latin1', start, end)),
    },
    cap,
  );
  for (const chunk of chunks) scanner.push(chunk);
  return { firstLines, frames, scanner };
}

/** Where a stream stands after some text, said another way: with LF ends, at the start or after an empty line. */
function standsBetweenFrames(text: string): boolean {
  return text === '' || /^\n*$/.test(text) || text.endsWith('\n\n');
}

describe('frames', () => {
  test('each frame is given once, with its first line asked for before', () => {
    const seen = scan([Buffer.from('event: a\ndata: 1\n\ndata: 2\n\n')]);
    assert.deepEqual(seen.firstLines, ['event: a', 'data: 2']);
    assert.deepEqual(seen.frames, ['event: a\ndata: 1\n', 'data: 2\n']);
  });

  test('a frame that is not wanted is not given, however it is cut', () => {
    const bytes = Buffer.from('event: no\ndata: 1\n\nevent: yes\ndata: 2\n\n');
    for (const chunks of [[bytes], singleBytes(bytes)]) {
      const seen = scan(chunks, (line) => line === 'event: yes');
      assert.deepEqual(seen.frames, ['event: yes\ndata: 2\n']);
    }
  });

  test('blank lines before and between frames mean nothing', () => {
    assert.deepEqual(scan([Buffer.from('\n\n\ndata: 1\n\n\n\ndata: 2\n\n')]).frames, [
      'data: 1\n',
      'data: 2\n',
    ]);
  });

  test('a last frame without a blank line is given at the end only', () => {
    for (const tail of ['data: 2', 'data: 2\n']) {
      const seen = scan([Buffer.from(`data: 1\n\n${tail}`)]);
      assert.deepEqual(seen.frames, ['data: 1\n']);
      seen.scanner.end();
      assert.deepEqual(seen.frames, ['data: 1\n', tail]);
      assert.equal(seen.scanner.atBoundary, false);
    }
  });

  test('an end without an open frame gives nothing', () => {
    const seen = scan([Buffer.from('data: 1\n\n')]);
    seen.scanner.end();
    assert.equal(seen.frames.length, 1);
  });
});

describe('the frame boundary', () => {
  const cases: [text: string, expected: boolean, why: string][] = [
    ['', true, 'nothing has been sent'],
    ['d', false, 'a line is open'],
    ['data: 1\n', false, 'a frame is open'],
    ['data: 1\n\n', true, 'an empty line closed the frame'],
    ['data: 1\n\n\n', true, 'another empty line opens nothing'],
    ['data: 1\r\n\r', false, 'the LF of the closing CRLF is still due'],
    ['data: 1\r\n\r\n', true, 'CRLF closed the frame'],
    ['data: 1\r\r', true, 'lone CRs closed the frame'],
    ['data: 1\n\r', false, 'a LF may follow'],
    [': comment\n', false, 'a comment is a frame too'],
    [': comment\n\n', true, 'the comment is closed'],
    ['data: 1\n\nevent: x', false, 'the next frame has begun'],
  ];
  for (const [text, expected, why] of cases) {
    test(`after ${JSON.stringify(text)} it is ${expected}: ${why}`, () => {
      const bytes = Buffer.from(text);
      assert.equal(scan([bytes]).scanner.atBoundary, expected);
      assert.equal(scan(singleBytes(bytes)).scanner.atBoundary, expected);
    });
  }

  test('is exact after every byte of any stream with LF line ends', () => {
    const piece = fc.constantFrom('\n', '\n\n', 'data: x', ':', 'event: ping', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const bytes = Buffer.from(pieces.join(''));
        const { scanner } = scan([]);
        for (let index = 0; index < bytes.length; index++) {
          scanner.push(bytes.subarray(index, index + 1));
          const soFar = bytes.toString('latin1', 0, index + 1);
          assert.equal(scanner.atBoundary, standsBetweenFrames(soFar), JSON.stringify(soFar));
        }
      }),
    );
  });
});

describe('cutting', () => {
  const piece = fc.constantFrom('\n', '\r', '\r\n', 'data: a', 'data', ': c', 'event: no', 'é', '\uFEFF');

  test('any split gives the frames, the questions and the boundary of the whole', () => {
    const positions = fc.array(fc.nat(200), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), positions, (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const wanted = (line: string) => line !== 'event: no';
        const whole = scan([bytes], wanted);
        const split = scan(cutAt(bytes, cuts), wanted);
        assert.equal(split.scanner.atBoundary, whole.scanner.atBoundary);
        whole.scanner.end();
        split.scanner.end();
        assert.deepEqual(split.firstLines, whole.firstLines);
        // The LF of a CRLF that was cut apart is left out of the frame; it is the same line end.
        const normal = (frame: string) => frame.replaceAll(/\r\n?/g, '\n');
        assert.deepEqual(split.frames.map(normal), whole.frames.map(normal));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('large frames', () => {
  const large = Buffer.from(`data: ${'x'.repeat(100)}\n\n`);
  const bytes = Buffer.concat([Buffer.from('data: 1\n\n'), large, Buffer.from('data: 2\n\n')]);

  test('a frame above the limit is left out and counted; the frames around it are given', () => {
    for (const chunks of [[bytes], singleBytes(bytes), cutAt(bytes, [40])]) {
      const seen = scan(chunks, () => true, 64);
      assert.deepEqual(seen.frames, ['data: 1\n', 'data: 2\n']);
      assert.equal(seen.scanner.oversizedFrames, 1);
      assert.equal(seen.scanner.atBoundary, true);
    }
  });

  test('a large frame nobody wants is neither kept nor counted', () => {
    const seen = scan(
      singleBytes(Buffer.concat([Buffer.from('event: no\n'), bytes])),
      (line) => line !== 'event: no',
      64,
    );
    assert.equal(seen.scanner.oversizedFrames, 1);
    assert.deepEqual(seen.frames, ['data: 2\n']);
  });

  test('a frame of 5 MiB in chunks of a network arrives whole', () => {
    const frame = Buffer.from(`data: ${'y'.repeat(5 * 1024 * 1024)}\n\n`);
    const chunks = cutAt(
      frame,
      Array.from({ length: 80 }, (_, index) => index * 65_536),
    );
    assert.equal(scan(chunks).frames[0]?.length, frame.length - 1);
  });
});

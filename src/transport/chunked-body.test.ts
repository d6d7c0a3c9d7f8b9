import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { ChunkedBody } from './chunked-body.ts';
import { Http1AnswerError } from './http1-answer-error.ts';

/** Reads a text in pieces of the given sizes; what is left over goes into a last piece. */
function readInPieces(
  text: Buffer,
  sizes: readonly number[],
): { content: string; over: boolean; rest: number } {
  const body = new ChunkedBody();
  let content = '';
  let from = 0;
  let rest = 0;
  for (const size of [...sizes, text.length]) {
    // A copy, because the reader alters what it is given.
    const piece = Buffer.from(text.subarray(from, from + size));
    from += piece.length;
    const end = body.read(piece, 0);
    content += piece.toString('latin1', body.contentStart, body.contentEnd);
    rest += piece.length - end;
  }
  return { content, over: body.over, rest };
}

function framed(chunks: readonly Buffer[], extension: string, trailers: string): Buffer {
  const parts = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`, 'latin1'),
    chunk,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from(`0${extension}\r\n${trailers}\r\n`, 'latin1')]);
}

const chunksOfBytes = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

test('however a body is chunked and torn, its content comes out and what follows is left', () => {
  fc.assert(
    fc.property(
      chunksOfBytes,
      fc.constantFrom('', ';a=b', ';a="b c"'),
      fc.constantFrom('', 'x-sum: 1\r\n', 'a: b\r\nc: d\r\n'),
      fc.array(fc.nat({ max: 9 })),
      (chunks, extension, trailers, sizes) => {
        const behind = Buffer.from('HTTP/1.1 200 OK');
        const wire = Buffer.concat([framed(chunks, extension, trailers), behind]);
        const { content, over, rest } = readInPieces(wire, sizes);
        assert.equal(content, Buffer.concat(chunks).toString('latin1'));
        assert.equal(over, true);
        assert.equal(rest, behind.length);
      },
    ),
  );
});

test('a body that is not complete is never taken for one that is', () => {
  fc.assert(
    fc.property(chunksOfBytes, fc.nat(), (chunks, cut) => {
      const wire = framed(chunks, '', '');
      assert.equal(readInPieces(wire.subarray(0, cut % wire.length), []).over, false);
    }),
  );
});

describe('refused', () => {
  for (const [name, text] of [
    ['a size that is no number', 'xyz\r\n'],
    ['no size', '\r\n'],
    ['a negative size', '-1\r\n'],
    ['a size with a prefix', '0x5\r\nhello\r\n'],
    ['a size with a space behind it', '5 \r\nhello\r\n'],
    ['a size beyond counting', 'ffffffffffffff\r\n'],
    ['a size line that ends in a line feed alone', '5\nhello\r\n0\r\n\r\n'],
    ['a carriage return alone behind the size', '5\rhello\r\n'],
    ['a chunk longer than its size', '5\r\nhello!\r\n'],
    ['a chunk that ends in a line feed alone', '5\r\nhello\n0\r\n\r\n'],
    ['an extension with a line feed', '5;a\nb\r\nhello\r\n'],
    ['an endless extension', `5;${'a'.repeat(20_000)}`],
    ['a trailer with a line feed alone', '0\r\na: b\n\r\n'],
    ['a trailer with a NUL', '0\r\na: \0\r\n\r\n'],
    ['a trailer without a colon', '0\r\nab\r\n\r\n'],
    ['a trailer without a name', '0\r\n: b\r\n\r\n'],
    ['a trailer with a blank in its name', '0\r\na b: c\r\n\r\n'],
    ['a trailer that begins with white space', '0\r\n a: b\r\n\r\n'],
    ['endless trailers', `0\r\n${'a: b\r\n'.repeat(5_000)}`],
    ['a last chunk that ends in a carriage return alone', '0\r\n\rx'],
  ] as const) {
    test(name, () => {
      assert.throws(() => readInPieces(Buffer.from(text, 'latin1'), []), Http1AnswerError);
    });
  }
});

test('the content before a defect is still there', () => {
  const body = new ChunkedBody();
  const bytes = Buffer.from('2\r\nab\r\n3\r\ncde\r\nzz');
  assert.throws(() => body.read(bytes, 0), Http1AnswerError);
  assert.equal(bytes.toString('latin1', body.contentStart, body.contentEnd), 'abcde');
});

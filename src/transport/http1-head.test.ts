import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Http1AnswerError } from './http1-answer-error.ts';
import { parseAnswerHead } from './http1-head.ts';

const OK = 'HTTP/1.1 200 OK';

test('status and headers come out as they went in, values without the blanks around them', () => {
  const head = parseAnswerHead(
    `${OK}\r\nX-B:1\r\nx-b: \t caf\xe9 x \t\r\nEmpty:\r\nContent-Length: 7`,
    'POST',
  );
  assert.equal(head.status, 200);
  assert.deepEqual(head.headers, ['X-B', '1', 'x-b', 'caf\xe9 x', 'Empty', '', 'Content-Length', '7']);
  assert.deepEqual(head.framing, { kind: 'length', length: 7 });
});

describe('where the body ends', () => {
  for (const [name, lines, expected, method] of [
    ['chunked', 'Transfer-Encoding: Chunked', { kind: 'chunked' }, 'POST'],
    ['a length of nothing', 'content-length: 0', { kind: 'length', length: 0 }, 'POST'],
    ['no word of it', 'x: y', { kind: 'until-close' }, 'POST'],
    ['an answer to HEAD', 'content-length: 9', { kind: 'none' }, 'HEAD'],
  ] as const) {
    test(name, () => assert.deepEqual(parseAnswerHead(`${OK}\r\n${lines}`, method).framing, expected));
  }
  for (const status of ['204 No Content', '304 Not Modified', '103 Early Hints']) {
    test(status, () => {
      const head = parseAnswerHead(`HTTP/1.1 ${status}\r\ncontent-length: 9`, 'GET');
      assert.deepEqual(head.framing, { kind: 'none' });
    });
  }
});

describe('whether the connection may be used again', () => {
  const length = 'content-length: 1';
  for (const [name, text, expected] of [
    ['by default', `${OK}\r\n${length}`, true],
    ['not after close', `${OK}\r\n${length}\r\nConnection: Close`, false],
    [
      'not after close among others',
      `${OK}\r\n${length}\r\nconnection: x\r\nconnection: keep-alive , close`,
      false,
    ],
    ['not in HTTP/1.0', `HTTP/1.0 200 OK\r\n${length}`, false],
    ['in HTTP/1.0 when it says so', `HTTP/1.0 200 OK\r\n${length}\r\nconnection: keep-alive`, true],
    ['not when its end ends the body', OK, false],
    ['when there is no body', 'HTTP/1.1 204 No Content', true],
  ] as const) {
    test(name, () => assert.equal(parseAnswerHead(text, 'POST').keepAlive, expected));
  }
});

test('how long a connection is kept is read where it is said', () => {
  const kept = (value: string): number | undefined =>
    parseAnswerHead(`${OK}\r\nKeep-Alive: ${value}`, 'POST').keepAliveFor;
  assert.deepEqual(['timeout=5', 'max=9, timeout=30', 'timeout="7"', 'max=9', 'mytimeout=9'].map(kept), [
    5_000,
    30_000,
    7_000,
    undefined,
    undefined,
  ]);
});

describe('refused', () => {
  for (const [name, text] of [
    ['another protocol', 'SSH-2.0-x'],
    ['HTTP/2', 'HTTP/2 200 OK'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK'],
    ['a status of two digits', 'HTTP/1.1 20 OK'],
    ['a status of four digits', 'HTTP/1.1 2000 OK'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K'],
    ['a header without a colon', `${OK}\r\nx`],
    ['a header without a name', `${OK}\r\n: x`],
    ['a blank before the colon', `${OK}\r\nx : y`],
    ['a folded header', `${OK}\r\nx: y\r\n z`],
    ['a line feed alone', `${OK}\r\nx: y\nz: a`],
    ['a carriage return alone', `${OK}\r\nx: y\rz: a`],
    ['two lengths', `${OK}\r\ncontent-length: 1\r\ncontent-length: 1`],
    ['two lengths in one line', `${OK}\r\ncontent-length: 1, 1`],
    ['a signed length', `${OK}\r\ncontent-length: +1`],
    ['an empty length', `${OK}\r\ncontent-length:`],
    ['a length beyond counting', `${OK}\r\ncontent-length: 9999999999999999`],
    ['chunks and a length', `${OK}\r\ncontent-length: 1\r\ntransfer-encoding: chunked`],
    ['two transfer encodings', `${OK}\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked`],
    ['another transfer encoding', `${OK}\r\ntransfer-encoding: gzip, chunked`],
    ['a hidden transfer encoding', `${OK}\r\ntransfer-encoding: \x0bchunked`],
    ['an informational answer in HTTP/1.0', 'HTTP/1.0 103 Early Hints'],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked'],
  ] as const) {
    test(name, () => {
      assert.throws(() => parseAnswerHead(text, 'POST'), Http1AnswerError);
    });
  }
});

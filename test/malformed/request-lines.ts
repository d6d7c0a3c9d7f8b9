/** First lines: methods, targets, versions, and programs that speak something else altogether. */
import { get, head, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

const HOST = 'Host: {host}';

const versions = vectors(
  400,
  'Only HTTP/1.0 and HTTP/1.1 are spoken here.',
  [
    'HTTP/2.0',
    'HTTP/3.0',
    'HTTP/1.2',
    'HTTP/1.9',
    'HTTP/0.9',
    'HTTP/9.9',
    'HTTP/1',
    'HTTP/1.',
    'HTTP/.1',
    'HTTP/1.10',
    'HTTP/01.1',
    'HTTP/-1.1',
    'HTTP/ 1.1',
    'HTTP 1.1',
    'http/1.1',
    'HTTPS/1.1',
    'ICE/1.0',
    'HTTP/1.1x',
    'HTTP/1.1 HTTP/1.1',
  ].map((version) => [`version ${version}`, head(`GET /v1/models ${version}`, HOST)]),
);

const methods = vectors(
  400,
  'RFC 9112 §3: the method is a token that is known and case-sensitive.',
  ['FOO', 'get', 'GETX', 'G\x00ET', 'GE T', 'P0ST', '\x80', 'GET\t', '{', 'A'.repeat(5_000)].map((method) => [
    `method ${method.length > 20 ? 'of 5,000 letters' : JSON.stringify(method)}`,
    head(`${method} /v1/models HTTP/1.1`, HOST),
  ]),
);

const lines = vectors(400, 'RFC 9112 §3: the request line is three words and CRLF.', [
  ['an empty request line before a colon', head(' ', HOST)],
  ['a request line of one word', head('GET', HOST)],
  ['a request line that begins with a space', head(' GET /v1/models HTTP/1.1', HOST)],
  ['a request line ended by a bare line feed', `GET /v1/models HTTP/1.1\n${head(HOST)}`],
  ['a request line with a tab before the version', head('GET /v1/models\tHTTP/1.1', HOST)],
  ['HTTP/0.9: a request line without a version', 'GET /v1/models\r\n\r\n'],
  ['HTTP/0.9 with headers', head('GET /v1/models', HOST)],
  ['no Host', head('GET /v1/models HTTP/1.1')],
  ['no Host, but other headers', head('GET /v1/models HTTP/1.1', 'X-Host: {host}')],
]);

const otherProtocols = vectors(
  400,
  'Not HTTP/1: answered in HTTP and closed, so that the caller learns why.',
  [
    ['the HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS hello', `\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03${'\x42'.repeat(32)}`],
    ['an SSH greeting', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a mail greeting', 'EHLO example.org\r\n'],
    ['a Redis command', '*1\r\n$4\r\nPING\r\n'],
    ['a PROXY protocol line', 'PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n\r\n'],
    ['an HTTP answer instead of a request', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['NUL bytes', '\x00\x00\x00\x00\r\n\r\n'],
    ['a byte order mark before the request', `\xef\xbb\xbf${get('/v1/models')}`],
  ],
);

/** Spellings of a path that a check and a dispatcher may read differently. */
const targets = vectors(
  400,
  'The request target is one plain path; there is no second reading of it.',
  [
    'http://{host}/v1/models',
    'http://evil.example/v1/models',
    'https://{host}/v1/models',
    'ftp://{host}/v1/models',
    '//..%2f',
    '//v1/models',
    '/v1//models',
    '/../v1/models',
    '/v1/../v1/models',
    '/v1/./models',
    '/v1/models/..',
    '/.',
    '/v1%2fmodels',
    '/v1%2Fmodels',
    '/%2e%2e/v1/models',
    '/v1/%2e/models',
    '/v1%5cmodels',
    '/v1\\models',
    '/\\v1/models',
    '/v1/models%00',
    '/v1/models;a=b',
    '/api/..;/config',
    '/v1/models#fragment',
    '/v1/models?a#fragment',
    '/v1/mod\xe9ls',
    '/v1/models\x7f',
    'v1/models',
    'evil.example',
    '?a=b',
    '*',
    `/${'a'.repeat(9_000)}`,
  ].map((target) => [
    `target ${target.length > 60 ? 'of 9,000 letters' : JSON.stringify(target)}`,
    head(`GET ${target} HTTP/1.1`, HOST),
  ]),
);

const longTarget = vectors(431, 'A target larger than the whole head may be.', [
  ['target of 20,000 letters', head(`GET /${'a'.repeat(20_000)} HTTP/1.1`, HOST)],
]);

export const requestLineVectors: readonly Vector[] = [
  ...versions,
  ...methods,
  ...lines,
  ...otherProtocols,
  ...targets,
  ...longTarget,
];

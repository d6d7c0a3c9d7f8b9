/** Header lines that are not header lines. */
import { get, head, spell, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

/** Everything that RFC 9110 §5.6.2 keeps out of a header name, a few of the control characters for all. */
const NOT_IN_NAMES = '\x00\x01\x08\x0b\x0c\x1f\x7f\x80\xff\t ()<>@,;\\"/[]?={}'.split('');
const NOT_IN_VALUES = '\x00\x01\x08\x0b\x0c\x1f\x7f'.split('');

const names = vectors(
  400,
  'RFC 9110 §5.6.2: a header name is a token.',
  NOT_IN_NAMES.map((character) => [
    `header name with ${spell(character)}`,
    get('/v1/models', `X${character}Y: v`),
  ]),
);

const values = vectors(
  400,
  'RFC 9110 §5.5: control characters in a value may end a line for the next program.',
  NOT_IN_VALUES.map((character) => [
    `header value with ${spell(character)}`,
    get('/v1/models', `X-A: a${character}b`),
  ]),
);

const lines = vectors(400, 'RFC 9112 §5: what is not "name: value" CRLF is not a header line.', [
  ['a header line without a name', get('/v1/models', ': v')],
  ['a header line without a colon', get('/v1/models', 'NoColon')],
  ['a header value with a bare carriage return', get('/v1/models', 'X-A: a\rX-B: b')],
  ['a header line ended by a bare line feed', get('/v1/models', 'X-A: a\nX-B: b')],
  ['a header value folded with a space', get('/v1/models', 'X-A: a', ' b')],
  ['a header value folded with a tab', get('/v1/models', 'X-A: a', '\tb')],
  ['white space before the first header', head('GET /v1/models HTTP/1.1', ' Host: {host}')],
  ['every line ended by a bare line feed', 'GET /v1/models HTTP/1.1\nHost: {host}\n\n'],
  ['the head ended by a bare line feed', 'GET /v1/models HTTP/1.1\r\nHost: {host}\r\n\n'],
  ['every line ended by a bare carriage return', 'GET /v1/models HTTP/1.1\rHost: {host}\r\r'],
  ['Host with a space before the colon', head('GET /v1/models HTTP/1.1', 'Host : {host}')],
]);

const sizes = vectors(431, 'RFC 6585 §5: a head beyond the limits is refused, never cut short.', [
  ['one header of 17 KB', get('/v1/models', `X-A: ${'a'.repeat(17_000)}`)],
  ['one header name of 17 KB', get('/v1/models', `${'a'.repeat(17_000)}: v`)],
  [
    'many headers, 20 KB in all',
    get('/v1/models', ...Array.from({ length: 20 }, (_, index) => `X-${index}: ${'a'.repeat(1_000)}`)),
  ],
  ['200 header lines', get('/v1/models', ...Array.from({ length: 200 }, (_, index) => `X-${index}: v`))],
  ['1,500 header lines', get('/v1/models', ...Array.from({ length: 1_500 }, () => 'X-A: v'))],
  ['a cookie of 20 KB', get('/v1/models', `Cookie: ${'c'.repeat(20_000)}`)],
]);

export const headerVectors: readonly Vector[] = [...names, ...values, ...lines, ...sizes];

/** Where a body ends: every disagreement about it between two programs is a smuggled request. */
import { head, post, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

const BODY = '{"model":"m"}';
const CHUNKED = 'Transfer-Encoding: chunked';

const contentLengths = vectors(
  400,
  'RFC 9112 §6.3: a Content-Length that is not a plain number is an unrecoverable error.',
  [
    ['empty', ''],
    ['with a plus sign', '+13'],
    ['negative', '-1'],
    ['hexadecimal', '0xd'],
    ['with a space inside', '1 3'],
    ['a list of equal numbers', '13, 13'],
    ['a list of different numbers', '13, 14'],
    ['a list without a space', '13,13'],
    ['in exponent notation', '1e1'],
    ['with a fraction', '13.0'],
    ['quoted', '"13"'],
    ['with a parameter', '13;q=1'],
    ['a word', 'thirteen'],
    ['above 64 bits', '99999999999999999999999'],
    ['just above 64 bits', '18446744073709551616'],
    ['with an underscore', '1_3'],
    ['with a vertical tab in front', '\x0b13'],
    ['with a NUL behind', '13\x00'],
    ['with a non-breaking space', '13\xa0'],
    ['in superscript digits', '\xb9\xb3'],
  ].map(([name, value]) => [`Content-Length ${name}`, post([`Content-Length: ${value}`], BODY)]),
);

const repeated = vectors(400, 'RFC 9112 §6.3: repeated or combined framing headers must not be guessed at.', [
  ['two equal Content-Lengths', post(['Content-Length: 13', 'Content-Length: 13'], BODY)],
  ['two different Content-Lengths', post(['Content-Length: 13', 'Content-Length: 5'], BODY)],
  ['two Content-Lengths in different case', post(['Content-Length: 13', 'content-length: 5'], BODY)],
  ['three Content-Lengths', post(['Content-Length: 0', 'Content-Length: 13', 'Content-Length: 0'], BODY)],
  ['Content-Length before Transfer-Encoding', post(['Content-Length: 5', CHUNKED], '0\r\n\r\n')],
  ['Transfer-Encoding before Content-Length', post([CHUNKED, 'Content-Length: 5'], '0\r\n\r\n')],
  ['Content-Length 0 with Transfer-Encoding', post(['Content-Length: 0', CHUNKED], '0\r\n\r\n')],
  [
    'a smuggled second request behind Content-Length and Transfer-Encoding',
    post(
      ['Content-Length: 4', CHUNKED],
      '0\r\n\r\nPOST /v1/messages HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n',
    ),
  ],
]);

const transferEncodings = vectors(
  400,
  'RFC 9112 §6.1: only "chunked", alone and last, says where a request body ends.',
  [
    ['identity', 'identity'],
    ['gzip', 'gzip'],
    ['chunked before gzip', 'chunked, gzip'],
    ['chunked before identity', 'chunked, identity'],
    ['a word that ends in chunked', 'xchunked'],
    ['a word that begins with chunked', 'chunkedx'],
    ['quoted', '"chunked"'],
    ['with a vertical tab', '\x0bchunked'],
    ['with a NUL', 'chunked\x00'],
    ['an unknown coding', 'cow'],
    ['empty', ''],
    ['with a non-breaking space', 'chunked\xa0'],
  ].map(([name, value]) => [`Transfer-Encoding ${name}`, post([`Transfer-Encoding: ${value}`], '0\r\n\r\n')]),
);

const transferEncodingLines = vectors(
  400,
  'Spellings of Transfer-Encoding that some parsers honour and others overlook.',
  [
    [
      'Transfer-Encoding chunked, then identity in a second line',
      post([CHUNKED, 'Transfer-Encoding: identity'], '0\r\n\r\n'),
    ],
    ['Transfer-Encoding with a space before the colon', post(['Transfer-Encoding : chunked'], '0\r\n\r\n')],
    ['Transfer-Encoding with a tab before the colon', post(['Transfer-Encoding\t: chunked'], '0\r\n\r\n')],
    ['Transfer-Encoding on a folded line', post(['Transfer-Encoding:', ' chunked'], '0\r\n\r\n')],
    [
      'Transfer-Encoding hidden in a folded line',
      post(['X-A: b', ' Transfer-Encoding: chunked'], '0\r\n\r\n'),
    ],
    ['Content-Length with a space before the colon', post(['Content-Length : 13'], BODY)],
    [
      'Transfer-Encoding in HTTP/1.0',
      head('POST /v1/messages HTTP/1.0', 'Host: {host}', CHUNKED) + 'd\r\n{"model":"m"}\r\n0\r\n\r\n',
    ],
  ],
);

const chunkSizes = vectors(400, 'RFC 9112 §7.1: a chunk size is hexadecimal digits and nothing else.', [
  ...[
    ['a letter beyond hex', 'G'],
    ['empty', ''],
    ['negative', '-1'],
    ['with a plus sign', '+d'],
    ['with a 0x prefix', '0xd'],
    ['with a space in front', ' d'],
    ['above 64 bits', 'fffffffffffffffff'],
    ['with an underscore', '0_d'],
    ['quoted', '"d"'],
    ['with a NUL behind', 'd\x00'],
    ['with a vertical tab behind', 'd\x0b'],
  ].map(
    ([name, size]) => [`chunk size ${name}`, post([CHUNKED], `${size}\r\n${BODY}\r\n0\r\n\r\n`)] as const,
  ),
  ['chunk size ended by a bare line feed', post([CHUNKED], `d\n${BODY}\r\n0\r\n\r\n`)],
  ['chunk size ended by a bare carriage return', post([CHUNKED], `d\r${BODY}\r\n0\r\n\r\n`)],
  ['chunk longer than its size', post([CHUNKED], `5\r\n${BODY}\r\n0\r\n\r\n`)],
  ['chunk not followed by a line end', post([CHUNKED], `d\r\n${BODY}0\r\n\r\n`)],
  ['chunk followed by a bare line feed', post([CHUNKED], `d\r\n${BODY}\n0\r\n\r\n`)],
  ['chunk extension with a bare line feed', post([CHUNKED], `d;a=b\n${BODY}\r\n0\r\n\r\n`)],
  ['trailer with a NUL', post([CHUNKED], `d\r\n${BODY}\r\n0\r\nX-A: \x00\r\n\r\n`)],
  ['trailer without a colon', post([CHUNKED], `d\r\n${BODY}\r\n0\r\nX-A\r\n\r\n`)],
  ['trailer with a space in its name', post([CHUNKED], `d\r\n${BODY}\r\n0\r\nX A: b\r\n\r\n`)],
]);

const extensions = vectors(413, 'Chunk extensions are unbounded in the standard; Node stops at 16 KiB.', [
  ['a chunk extension of 20 KB', post([CHUNKED], `d;a=${'x'.repeat(20_000)}\r\n${BODY}\r\n0\r\n\r\n`)],
]);

const bodiesOfGet = vectors(400, 'A body where none is expected is how requests are smuggled past caches.', [
  [
    'GET with a Content-Length body',
    head('GET /v1/models HTTP/1.1', 'Host: {host}', 'Content-Length: 13') + BODY,
  ],
  [
    'GET with a chunked body',
    head('GET /v1/models HTTP/1.1', 'Host: {host}', CHUNKED) + `d\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    'GET with a body to a path for POST',
    head('GET /v1/messages HTTP/1.1', 'Host: {host}', 'Content-Length: 13') + BODY,
  ],
  ['HEAD with a Content-Length body', head('HEAD / HTTP/1.1', 'Host: {host}', 'Content-Length: 13') + BODY],
]);

export const framingVectors: readonly Vector[] = [
  ...contentLengths,
  ...repeated,
  ...transferEncodings,
  ...transferEncodingLines,
  ...chunkSizes,
  ...extensions,
  ...bodiesOfGet,
];

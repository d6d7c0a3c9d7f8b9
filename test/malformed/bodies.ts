/** Well-formed HTTP around bodies that cannot be a request to a model. */
import { post, postBody, vectors } from './vector.ts';
import type { Vector } from './vector.ts';

const jsons = vectors(
  400,
  'A body that is not one JSON object in UTF-8 with a model is nobody else’s to judge.',
  (
    [
      ['empty', ''],
      ['an open brace', '{'],
      ['a list', '[{"model":"m"}]'],
      ['null', 'null'],
      ['a number', '42'],
      ['a string', '"model"'],
      ['two objects', '{"model":"m"}{"model":"m"}'],
      ['an object and more', '{"model":"m"} x'],
      ['single quotes', "{'model':'m'}"],
      ['a trailing comma', '{"model":"m",}'],
      ['a comment', '{"model":"m"/* */}'],
      ['a byte that is not UTF-8', '{"model":"\xff"}'],
      ['a lone continuation byte', '{"model":"m","x":"\x80"}'],
      ['an overlong slash', '{"model":"\xc0\xaf"}'],
      ['an encoded surrogate', '{"model":"m","x":"\xed\xa0\x80"}'],
      ['a raw line feed in a string', '{"model":"m\n"}'],
      ['a NUL', '{"model":"m"}\x00'],
      ['10,000 nested lists', `{"model":"m","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
      ['10,000 nested objects', `{"model":"m","x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`],
      ['no model', '{"messages":[]}'],
      ['a model that is a number', '{"model":1}'],
      ['a model that is null', '{"model":null}'],
    ] as const
  ).map(([name, body]) => [`body: ${name}`, postBody(body)]),
);

const encodings = vectors(415, 'RFC 9110 §15.5.16: an encoding that is unknown, stacked or broken.', [
  ['an unknown Content-Encoding', postBody('{"model":"m"}', 'Content-Encoding: cow')],
  ['a stacked Content-Encoding', postBody('{"model":"m"}', 'Content-Encoding: gzip, gzip')],
  [
    'a Content-Encoding in two lines',
    postBody('{"model":"m"}', 'Content-Encoding: gzip', 'Content-Encoding: gzip'),
  ],
  ['gzip that is not gzip', postBody('{"model":"m"}', 'Content-Encoding: gzip')],
  [
    'gzip that breaks off',
    postBody('\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV', 'Content-Encoding: gzip'),
  ],
  ['zstd that is not zstd', postBody('{"model":"m"}', 'Content-Encoding: zstd')],
]);

const sizes = vectors(413, 'A declared size beyond the limit is refused before a byte of it is read.', [
  ['a declared body of 1 GiB', post(['Content-Length: 1073741824'])],
  ['a declared body of 2^53 bytes', post(['Content-Length: 9007199254740992'])],
  [
    'a declared body of 1 GiB that waits for leave',
    post(['Content-Length: 1073741824', 'Expect: 100-continue']),
  ],
]);

export const bodyVectors: readonly Vector[] = [...jsons, ...encodings, ...sizes];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { joinWords, splitCommand } from './split-command.ts';

const CASES: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['headroom proxy --port 8787', ['headroom', 'proxy', '--port', '8787']],
  ['  a \t b ', ['a', 'b']],
  [`"C:\\Program Files\\x.exe" -v`, ['C:\\Program Files\\x.exe', '-v']],
  ['C:\\tools\\x.exe -v', ['C:\\tools\\x.exe', '-v']],
  [`a 'b c' "d \\" e" f\\ g ''`, ['a', 'b c', 'd " e', 'f g', '']],
  [`echo '$HOME; rm -rf /'`, ['echo', '$HOME; rm -rf /']],
  ['x --url={next_url}/v1', ['x', '--url={next_url}/v1']],
];

for (const [line, words] of CASES)
  test(`${line} is read as ${words.length} words`, () => {
    assert.deepEqual(splitCommand(line), { kind: 'words', words });
  });

for (const line of ['a && b', 'a | b', 'a > b', 'echo $HOME', 'echo `id`', 'a\nb', 'a "b', '', '   ', "''"])
  test(`${JSON.stringify(line)} is refused, because no shell will read it`, () => {
    assert.equal(splitCommand(line).kind, 'wrong');
  });

test('any words survive being joined and split again', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.array(fc.string({ unit: 'binary' })), (first, rest) => {
      assert.deepEqual(splitCommand(joinWords([first, ...rest])), { kind: 'words', words: [first, ...rest] });
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fillIn, spawnableCommand, type CommandContext } from './service-command.ts';

const placeholders = {
  port: '8787',
  url: 'http://127.0.0.1:8787',
  next_url: 'http://127.0.0.1:8082',
  gateway_url: 'http://127.0.0.1:8082',
};
const posix: CommandContext = { placeholders, platform: 'linux', home: '/home/me' };
const windows: CommandContext = { placeholders, platform: 'win32', home: 'C:\\Users\\me' };

test('placeholders are filled into finished words and never make new ones', () => {
  const command = {
    kind: 'words',
    words: ['~/bin/x', '--to={next_url}/v1', '{port}', '{unknown}', '~'],
  } as const;
  const odd = { ...placeholders, port: '1 2; rm -rf' };
  assert.deepEqual(spawnableCommand(command, { ...posix, placeholders: odd }), {
    file: '/home/me/bin/x',
    words: ['--to=http://127.0.0.1:8082/v1', '1 2; rm -rf', '{unknown}', '~'],
    verbatim: false,
  });
});

test('a shell reads a command only where the entry says so', () => {
  const shell = { kind: 'shell', text: 'cd x && run {port}' } as const;
  assert.deepEqual(spawnableCommand(shell, posix), {
    file: '/bin/sh',
    words: ['-c', 'cd x && run 8787'],
    verbatim: false,
  });
  assert.deepEqual(spawnableCommand(shell, windows), {
    file: 'cmd.exe',
    words: ['/d', '/s', '/c', '"cd x && run 8787"'],
    verbatim: true,
  });
});

test('Windows runs programs itself, and scripts through cmd with every sign taken for itself', () => {
  const program = { kind: 'words', words: ['C:\\a b\\headroom.exe', 'x y'] } as const;
  assert.deepEqual(spawnableCommand(program, windows), {
    file: 'C:\\a b\\headroom.exe',
    words: ['x y'],
    verbatim: false,
  });
  const script = { kind: 'words', words: ['headroom', 'a b', '50%', '&calc', 'q"q\\'] } as const;
  assert.deepEqual(spawnableCommand(script, windows).words, [
    '/d',
    '/s',
    '/c',
    '"headroom ^"a^ b^" ^"50^%^" ^"^&calc^" ^"q\\^"q\\\\^""',
  ]);
});

/** What cmd leaves of a line whose every sign was taken for itself, then as programs split it. */
function readAsWindowsDoes(line: string): string[] {
  const text = line.replaceAll(/\^(.)/gs, '$1');
  const words: string[] = [];
  for (const [, word = ''] of text.matchAll(/"((?:\\\\|\\"|[^"\\]|\\(?!["\\]))*)"(?: |$)/gs))
    words.push(
      word.replaceAll(/(\\+)("|$)/g, (_, slashes: string, end: string) => {
        return '\\'.repeat(Math.floor(slashes.length / 2)) + (end === '"' ? '"' : '');
      }),
    );
  return words;
}

test('any words reach a Windows script as they are', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', '"', '\\', '&', '%', '^', '|', '(', '!', '<', "'"),
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      const line = spawnableCommand({ kind: 'words', words: ['x', ...words] }, windows).words.at(-1) ?? '';
      assert.deepEqual(readAsWindowsDoes(line.slice(1, -1).replace(/^x /, '')), words);
    }),
  );
});

test('a text without placeholders is left as it is', () => {
  const plain = fc.string().filter((text) => !/\{(?:port|url|next_url|gateway_url)\}/.test(text));
  fc.assert(fc.property(plain, (text) => assert.equal(fillIn(text, placeholders), text)));
});

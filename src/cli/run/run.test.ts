import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findOnPath } from './find-on-path.ts';
import { runClient, spawnableClient } from './run-client.ts';
import { splitRunWords } from './split-words.ts';

const WORDS: readonly [string[], string | undefined, string[]][] = [
  [[], undefined, []],
  [['haiku'], 'haiku', []],
  [['opus', '--', '-p', 'hi'], 'opus', ['-p', 'hi']],
  [['opus', '-p', 'hi'], 'opus', ['-p', 'hi']],
  [['--', 'haiku'], undefined, ['haiku']],
  [['-p', 'haiku'], undefined, ['-p', 'haiku']],
  [['--', '--', 'x'], undefined, ['--', 'x']],
];

for (const [words, tier, rest] of WORDS)
  test(`"${words.join(' ')}" names tier ${tier} and leaves "${rest.join(' ')}" to the client`, () => {
    assert.deepEqual(splitRunWords(words), { tier, rest });
  });

let directory = '';
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchyard-run-'));
  mkdirSync(join(directory, 'first', 'claude'), { recursive: true });
  mkdirSync(join(directory, 'second'));
  writeFileSync(join(directory, 'second', 'claude'), '#!/bin/sh\n');
  mkdirSync(join(directory, 'third'));
  writeFileSync(join(directory, 'third', 'claude'), '#!/bin/sh\n');
  chmodSync(join(directory, 'third', 'claude'), 0o755);
});
after(() => rmSync(directory, { recursive: true, force: true }));

test('the client is the first executable file on the path, not a directory or a plain file', () => {
  const PATH = ['first', 'second', 'third'].map((name) => join(directory, name)).join(':');
  assert.equal(findOnPath('claude', { PATH }, 'linux'), join(directory, 'third', 'claude'));
  assert.equal(findOnPath('claude', { PATH: join(directory, 'second') }, 'linux'), undefined);
  assert.equal(findOnPath('claude', {}, 'linux'), undefined);
});

const ENDINGS: readonly [string, number][] = [
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['test "$ONLY" = this && test -z "$HOME"', 0],
];

for (const [script, code] of ENDINGS)
  test(`a client that does "${script}" ends the command with ${code}`, async () => {
    const run = { file: '/bin/sh', arguments: ['-c', script], environment: { ONLY: 'this' } };
    assert.equal(await runClient(run), code);
  });

test('a client that cannot be started is told, not swallowed', async () => {
  const run = { file: join(directory, 'none'), arguments: [], environment: {} };
  await assert.rejects(runClient(run), /ENOENT/);
});

test('on Windows a client that is a script gets every word whole, and cmd reads no sign in it', () => {
  const file = String.raw`C:\Program Files\nodejs\claude.cmd`;
  const command = spawnableClient(file, ['-p', 'fix it & "calc"'], 'win32');
  assert.deepEqual([command.file, command.verbatim], ['cmd.exe', true]);
  assert.equal(
    command.words.join(' '),
    String.raw`/d /s /c "C:\Program^ Files\nodejs\claude.cmd ^"-p^" ^"fix^ it^ ^&^ \^"calc\^"^""`,
  );
  assert.deepEqual(spawnableClient('/bin/claude', ['a b'], 'linux').words, ['a b']);
});

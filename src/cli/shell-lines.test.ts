import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { guessShell, shellLines, SHELLS, type Shell } from './shell-lines.ts';

const change = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:8082', GONE: undefined };

const EXPECTED: Readonly<Record<Shell, readonly string[]>> = {
  bash: ["export ANTHROPIC_BASE_URL='http://127.0.0.1:8082'", 'unset GONE'],
  zsh: ["export ANTHROPIC_BASE_URL='http://127.0.0.1:8082'", 'unset GONE'],
  fish: ["set -gx ANTHROPIC_BASE_URL 'http://127.0.0.1:8082'", 'set -e GONE'],
  pwsh: [
    "$env:ANTHROPIC_BASE_URL = 'http://127.0.0.1:8082'",
    'Remove-Item Env:GONE -ErrorAction SilentlyContinue',
  ],
};

for (const shell of SHELLS)
  test(`${shell} gets lines of its own kind`, () => {
    assert.deepEqual(shellLines(change, shell), EXPECTED[shell]);
  });

const QUOTED: readonly [Shell, string][] = [
  ['bash', String.raw`export X='it'\''s $(id) \ `.trimEnd() + "'"],
  ['fish', String.raw`set -gx X 'it\'s $(id) \\'`],
  ['pwsh', String.raw`$env:X = 'it''s $(id) \'`],
];

for (const [shell, expected] of QUOTED)
  test(`${shell} cannot be made to run what stands in a value`, () => {
    assert.deepEqual(shellLines({ X: String.raw`it's $(id) \ `.trimEnd() }, shell), [expected]);
  });

test('a real shell reads back exactly the value that was written', () => {
  const value = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(value, (text) => {
      const utf8 = Buffer.from(text).toString();
      const script = `${shellLines({ VALUE: utf8 }, 'bash').join('\n')}\nprintf %s "$VALUE"`;
      assert.equal(execFileSync('/bin/sh', ['-c', script]).toString(), utf8);
    }),
    { numRuns: 25 },
  );
});

test('the shell is guessed from SHELL, and is never something unknown', () => {
  assert.equal(guessShell({ SHELL: '/usr/bin/fish' }, 'linux'), 'fish');
  assert.equal(guessShell({ SHELL: '/bin/dash' }, 'linux'), 'bash');
  assert.equal(guessShell({}, 'win32'), 'pwsh');
});

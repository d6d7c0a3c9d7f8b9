import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { readTextFile } from './read-text-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-read-'));
test.after(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer): string => {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

test('UTF-8 and the UTF-16 of Windows PowerShell are read, byte order marks dropped', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('KEY=ü', 'utf16le')]);
  for (const content of ['KEY=ü', '\uFEFFKEY=ü', utf16])
    assert.deepEqual(await readTextFile(file('text', content)), {
      kind: 'read',
      text: 'KEY=ü',
      openToOthers: false,
    });
});

test('what is no small text file is refused with the reason, and nothing is waited for', async () => {
  assert.deepEqual(await readTextFile(join(directory, 'nowhere', 'x')), { kind: 'absent' });
  const table: [string, RegExp][] = [
    [directory, /directory/],
    [file('binary', Buffer.from([0xc3, 0x28, 0x80])), /UTF-8/],
    [file('big', Buffer.alloc(4 * 1024 * 1024 + 1, 'a')), /larger/],
  ];
  if (process.platform !== 'win32') {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    table.push([pipe, /regular file/]);
  }
  for (const [path, reason] of table) {
    const read = await readTextFile(path);
    assert.ok(read.kind === 'unreadable', path);
    assert.match(read.reason, reason);
  }
});

test(
  'a file others may read says so',
  { skip: process.platform === 'win32' && 'no modes there' },
  async () => {
    const path = file('open', 'x');
    chmodSync(path, 0o644);
    const read = await readTextFile(path);
    assert.ok(read.kind === 'read' && read.openToOthers);
  },
);

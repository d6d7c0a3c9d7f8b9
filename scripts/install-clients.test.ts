import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findClient } from './install-clients.ts';

const PINNED = { name: 'agent', package: '@vendor/agent', version: '1.2.3' };
const folder = mkdtempSync(join(tmpdir(), 'switchyard-clients-test-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  const file = join(folder, 'node_modules', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

test('a client is found only when it is there in the pinned version', () => {
  assert.equal(findClient(folder, PINNED).kind, 'missing');
  write(process.platform === 'win32' ? '.bin/agent.cmd' : '.bin/agent', '');
  assert.equal(findClient(folder, PINNED).kind, 'missing');
  write('@vendor/agent/package.json', '{"version": "1.2.4"}');
  const other = findClient(folder, PINNED);
  assert.match(other.kind === 'missing' ? other.reason : '', /version 1\.2\.4 instead of 1\.2\.3/);
  write('@vendor/agent/package.json', '{"version": "1.2.3"}');
  const found = findClient(folder, PINNED);
  assert.equal(found.kind === 'ready' && found.version, '1.2.3');
});

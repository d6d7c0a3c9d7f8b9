import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { FollowedFile, tailOffset } from './follow-file.ts';
import { formatLogLine, jsonLogLine } from './format-log-line.ts';

const LINE = '{"level":"warn","time":"2026-01-02T12:04:31.000Z","provider":"zai","msg":"[Filter] removed"}';

let directory = '';
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'switchyard-logs-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a line of the logger is written for a person', () => {
  assert.match(formatLogLine(LINE, false), /^\d\d:04:31 warn {2}\[Filter\] removed provider=zai$/);
});

test('a line that is not JSON comes as it is, without escape sequences', () => {
  assert.equal(
    formatLogLine('lanes: anth=https://api.anthropic.com', false),
    'lanes: anth=https://api.anthropic.com',
  );
  assert.equal(formatLogLine('\u001b[2Jboo', false), '?[2Jboo');
});

test('with --json every line is an object', () => {
  assert.equal(jsonLogLine(LINE), LINE);
  assert.equal(jsonLogLine('plain'), '{"msg":"plain"}');
});

test('a followed file gives whole lines only, however they were written', async () => {
  const path = join(directory, 'log');
  const file = new FollowedFile(path);
  assert.deepEqual(await file.readNew(), []);
  writeFileSync(path, 'one\ntw');
  assert.deepEqual(await file.readNew(), ['one']);
  const character = Buffer.from('ö');
  appendFileSync(path, Buffer.concat([Buffer.from('o '), character.subarray(0, 1)]));
  assert.deepEqual(await file.readNew(), []);
  appendFileSync(path, Buffer.concat([character.subarray(1), Buffer.from('\nthree\n')]));
  assert.deepEqual(await file.readNew(), ['two ö', 'three']);
});

test('a rotated file is read from its new beginning', async () => {
  const path = join(directory, 'log');
  writeFileSync(path, 'old\n');
  const file = new FollowedFile(path);
  await file.readNew();
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'new line\n');
  assert.deepEqual(await file.readNew(), ['new line']);
});

test('the tail begins near the end, and at the beginning of a file that is not there', async () => {
  const path = join(directory, 'log');
  writeFileSync(path, 'x'.repeat(100));
  assert.equal(await tailOffset(path, 30), 70);
  assert.equal(await tailOffset(join(directory, 'none'), 30), 0);
});

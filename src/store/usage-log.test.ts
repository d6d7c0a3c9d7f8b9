import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { temporaryDirectory } from '../../test/store/workbench.ts';
import { UsageLog } from './usage-log.ts';
import type { UsageLogSettings } from './usage-log.ts';

const DAY_MS = 86_400_000;

function settingsIn(context: TestContext, changes: Partial<UsageLogSettings> = {}): UsageLogSettings {
  const path = join(temporaryDirectory(context), 'logs', 'prod', 'usage.jsonl');
  return { path, maxBytes: 20, keepDays: 30, keepFiles: 10, ...changes };
}

function directoryOf({ path }: UsageLogSettings): string {
  return join(path, '..');
}

test('lines are appended to what is there, and the directory is made', (context) => {
  const settings = settingsIn(context, { maxBytes: 1_000 });
  const now = Date.now();
  const first = new UsageLog(settings, undefined, now);
  first.append(['1', '2']);
  first.append([]);
  first.close();
  const second = new UsageLog(settings, undefined, now);
  second.append(['3']);
  second.rotate(now);
  assert.equal(readFileSync(settings.path, 'utf8'), '1\n2\n3\n');
  second.close();
});

test('a full file is compressed under its time and a new one begun', (context) => {
  const settings = settingsIn(context);
  const now = Date.now();
  const log = new UsageLog(settings, undefined, now);
  const long = 'x'.repeat(30);
  log.append([long]);
  log.rotate(now);
  log.append(['next']);
  log.rotate(now);
  assert.equal(readFileSync(settings.path, 'utf8'), 'next\n');
  const old = readdirSync(directoryOf(settings)).filter((name) => name.endsWith('.gz'));
  assert.equal(old.length, 1);
  const bytes = readFileSync(join(directoryOf(settings), old[0] ?? ''));
  assert.equal(gunzipSync(bytes).toString(), `${long}\n`);
  log.close();
});

test('a file that somebody moves, deletes or empties is begun anew, and no line goes where nobody looks', (context) => {
  const settings = settingsIn(context, { maxBytes: 1_000 });
  const now = Date.now();
  const log = new UsageLog(settings, undefined, now);
  const write = (line: string): void => {
    log.rotate(now);
    log.append([line]);
  };
  write('1');
  renameSync(settings.path, `${settings.path}.mine`);
  write('2');
  assert.equal(readFileSync(settings.path, 'utf8'), '2\n');
  rmSync(settings.path);
  write('3');
  assert.equal(readFileSync(settings.path, 'utf8'), '3\n');
  truncateSync(settings.path);
  write('4');
  assert.deepEqual([readFileSync(settings.path, 'utf8'), log.mark.size], ['4\n', 2]);
  assert.equal(readFileSync(`${settings.path}.mine`, 'utf8'), '1\n');
  log.close();
});

test('a file of yesterday is closed, an empty one is left alone', (context) => {
  const settings = settingsIn(context, { maxBytes: 1_000 });
  const now = Date.now();
  const log = new UsageLog(settings, undefined, now);
  log.rotate(now + DAY_MS);
  assert.equal(readdirSync(directoryOf(settings)).length, 1);
  log.append(['yesterday']);
  log.rotate(now + DAY_MS);
  assert.equal(readdirSync(directoryOf(settings)).length, 2);
  log.close();
});

for (const { name, changes, left } of [
  { name: 'more files than are kept', changes: { keepFiles: 2 }, left: 2 },
  { name: 'files older than are kept', changes: { keepDays: 3 }, left: 4 },
]) {
  test(`${name} are deleted`, (context) => {
    const settings = settingsIn(context, changes);
    const now = Date.now();
    const log = new UsageLog(settings, undefined, now);
    for (let day = 0; day < 6; day += 1) {
      log.append(['x'.repeat(30)]);
      log.rotate(now + day * DAY_MS);
    }
    const old = readdirSync(directoryOf(settings)).filter((file) => file.endsWith('.gz'));
    assert.equal(old.length, left);
    log.close();
  });
}

test('what was written after the last commit is cut off, on roll-back and on opening', (context) => {
  const settings = settingsIn(context, { maxBytes: 1_000 });
  const now = Date.now();
  const log = new UsageLog(settings, undefined, now);
  log.append(['kept']);
  const { mark } = log;
  log.append(['void']);
  log.rollBack(mark);
  assert.equal(readFileSync(settings.path, 'utf8'), 'kept\n');
  log.append(['void again']);
  log.close();
  new UsageLog(settings, mark, now).close();
  assert.equal(readFileSync(settings.path, 'utf8'), 'kept\n');
});

test('a file that is not the one of the mark is never cut', (context) => {
  const settings = settingsIn(context, { maxBytes: 1_000 });
  const now = Date.now();
  const log = new UsageLog(settings, undefined, now);
  log.append(['old']);
  const { mark } = log;
  log.close();
  renameSync(settings.path, `${settings.path}.moved`);
  appendFileSync(settings.path, 'a file that somebody else made\n');
  new UsageLog(settings, mark, now).close();
  assert.equal(readFileSync(settings.path, 'utf8'), 'a file that somebody else made\n');
});

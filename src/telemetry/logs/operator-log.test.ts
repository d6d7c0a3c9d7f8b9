import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  mkdirSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { OperatorLog, writesTo, type OperatorLogSettings } from './operator-log.ts';

const NOON = Date.parse('2026-03-15T12:00:00Z');
const DAY = 86_400_000;

let directory = '';
let path = '';
let descriptor = 0;
let now = NOON;
let errors: unknown[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'switchyard-operator-log-'));
  path = join(directory, 'ccp.out');
  descriptor = openSync(path, 'a', 0o600);
  now = NOON;
  errors = [];
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(directory, { recursive: true, force: true });
});

function logOf(changes: Partial<OperatorLogSettings> = {}): OperatorLog {
  const settings = { maxBytes: 1_000, keepDays: 7, keepFiles: 5, ...changes };
  const onError = (error: unknown): void => void errors.push(error);
  return new OperatorLog({ path, descriptor, settings: () => settings, now: () => now, onError });
}

function write(log: OperatorLog, line: string): void {
  log.wrote(writeSync(descriptor, `${line}\n`));
}

const archives = (): string[] =>
  readdirSync(directory)
    .filter((name) => name !== 'ccp.out')
    .toSorted();

/** Every line there is, old files first. */
function allLines(): string[] {
  const old = archives().map((name) => {
    const bytes = readFileSync(join(directory, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  });
  return [...old, readFileSync(path, 'utf8')]
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

test('a full file is put aside and compressed while it is written, and no line is lost', async () => {
  const log = logOf({ maxBytes: 100_000, keepFiles: 100 });
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of a log that goes on and on`);
  for (const line of lines) {
    now += 1;
    write(log, line);
  }
  await log.settled();
  assert.ok(archives().length >= 5, String(archives().length));
  assert.ok(archives().every((name) => name.endsWith('.gz')));
  assert.deepEqual(allLines(), lines);
  assert.ok(statSync(path).size <= 100_000 + 64 * 1024);
  assert.deepEqual(errors, []);
});

test('what others write to the same file counts', async () => {
  const log = logOf();
  appendFileSync(path, 'x'.repeat(2_000));
  log.check();
  await log.settled();
  assert.equal(archives().length, 1);
  assert.equal(statSync(path).size, 0);
});

test('a new day begins a new file, and a day without a line none', async () => {
  const log = logOf();
  write(log, 'of Sunday');
  now += DAY;
  write(log, 'of Monday, the last of its file');
  now += 3 * DAY;
  log.check();
  now += DAY;
  log.check();
  await log.settled();
  assert.equal(archives().length, 1);
  assert.equal(statSync(path).size, 0);
});

test('a file of an earlier run is of the day on which it was last written', async () => {
  appendFileSync(path, 'of yesterday\n');
  utimesSync(path, new Date(NOON - DAY), new Date(NOON - DAY));
  const log = logOf();
  log.check();
  await log.settled();
  assert.equal(archives().length, 1);
});

test('old files go when they are too many or too old', async () => {
  const log = logOf({ maxBytes: 10, keepFiles: 2 });
  for (let index = 0; index < 5; index += 1) {
    now += 1_000;
    writeSync(descriptor, 'more than ten bytes\n');
    log.check();
    await log.settled();
  }
  assert.equal(archives().length, 2);
  now += 8 * DAY;
  writeSync(descriptor, 'more than ten bytes\n');
  log.check();
  await log.settled();
  assert.equal(archives().length, 1);
});

test('a file that cannot be put aside goes on whole, is complained of once, and is tried again later', () => {
  const log = logOf({ maxBytes: 10 });
  writeFileSync(path, 'more than ten bytes\n');
  mkdirSync(join(directory, 'ccp.out.2026-03-15T12-00-00-000Z'));
  log.check();
  log.check();
  assert.equal(errors.length, 1);
  assert.equal(readFileSync(path, 'utf8'), 'more than ten bytes\n');
  now += 600_000;
  log.check();
  assert.equal(statSync(path).size, 0);
});

test('only the very file that a descriptor writes to is cut', () => {
  assert.equal(writesTo(descriptor, path), true);
  const other = join(directory, 'other');
  writeFileSync(other, '');
  assert.equal(writesTo(descriptor, other), false);
  assert.equal(writesTo(descriptor, join(directory, 'none')), false);
});

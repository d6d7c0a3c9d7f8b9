import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readFrames } from './frame.ts';
import { REAL_FILES } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { JournalWriter } from './journal-writer.ts';
import type { JournalEvent, JournalOptions } from './journal-writer.ts';
import { listSegments } from './segments.ts';

/** A disk that works until it is told not to. */
class MoodyDisk implements JournalFiles {
  fault: (() => never) | undefined;
  /** Takes only this many bytes of the next write. */
  short: number | undefined;
  writes = 0;

  makeDirectory(path: string): void {
    this.fault?.();
    REAL_FILES.makeDirectory(path);
  }
  create(path: string): number {
    this.fault?.();
    return REAL_FILES.create(path);
  }
  write(descriptor: number, bytes: Buffer): number {
    this.fault?.();
    this.writes += 1;
    const taken = this.short === undefined ? bytes : bytes.subarray(0, this.short);
    this.short = undefined;
    return REAL_FILES.write(descriptor, taken);
  }
  close(descriptor: number): void {
    REAL_FILES.close(descriptor);
  }
  remove(path: string): void {
    REAL_FILES.remove(path);
  }
}

function fault(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

function setUp(context: TestContext, changes: Partial<JournalOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'journal-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const events: JournalEvent['kind'][] = [];
  const disk = new MoodyDisk();
  const time = { now: 0 };
  const options: JournalOptions = {
    directory,
    segmentBytes: 1_000_000,
    limits: { bytes: 1_000_000, records: 1_000 },
    files: disk,
    monotonic: () => time.now,
    report: ({ kind }) => events.push(kind),
    ...changes,
  };
  return { journal: new JournalWriter(options), options, disk, events, time, directory };
}

function written(directory: string): string[] {
  return listSegments(directory).flatMap(({ name }) => [
    ...readFrames(readFileSync(join(directory, name)), { growing: false }).payloads,
  ]);
}

test('each record is one write, and stands in the file when append returns', (context) => {
  const { journal, disk, directory } = setUp(context);
  for (const payload of ['1', '2', '3']) {
    journal.append(payload);
    assert.equal(written(directory).at(-1), payload);
  }
  assert.equal(disk.writes, 3);
  assert.equal(journal.lag.records, 3);
});

test('a full segment is followed by another, and a later process by a third', (context) => {
  const { journal, options, directory } = setUp(context, { segmentBytes: 60 });
  for (const payload of ['1', '2', '3', '4']) journal.append(payload);
  journal.close();
  const next = new JournalWriter(options);
  next.append('5');
  assert.equal(listSegments(directory).length, 3);
  assert.deepEqual(written(directory), ['1', '2', '3', '4', '5']);
  next.close();
});

for (const code of ['ENOSPC', 'EROFS', 'EIO', 'EMFILE']) {
  test(`${code}: records wait in memory, one report is made, and all are written when it is over`, (context) => {
    const { journal, disk, events, time, directory } = setUp(context);
    journal.append('1');
    disk.fault = fault(code);
    for (const payload of ['2', '3']) journal.append(payload);
    time.now = 1_500;
    journal.append('4');
    assert.deepEqual(events, ['journal-failing']);
    assert.equal(journal.failing, true);
    disk.fault = undefined;
    journal.append('5');
    assert.equal(journal.failing, true, 'the disk is tried once a second');
    time.now = 3_000;
    journal.retry();
    assert.deepEqual(events, ['journal-failing', 'journal-recovered']);
    assert.deepEqual(written(directory), ['1', '2', '3', '4', '5']);
    assert.equal(journal.dropped, 0);
  });
}

test('a write that the disk takes in part is written again in full', (context) => {
  const { journal, disk, time, directory } = setUp(context);
  journal.append('"first"');
  disk.short = 7;
  journal.append('"second"');
  time.now = 2_000;
  journal.append('"third"');
  assert.deepEqual(written(directory), ['"first"', '"second"', '"third"']);
});

test('ten thousand records that waited are written in a few pieces, in order', (context) => {
  const { journal, disk, time, directory } = setUp(context, { limits: { bytes: 1e8, records: 1e6 } });
  disk.fault = fault('ENOSPC');
  const payloads = Array.from({ length: 10_000 }, (_, index) =>
    JSON.stringify(`record ${index} ${'x'.repeat(99)}`),
  );
  for (const payload of payloads) journal.append(payload);
  disk.fault = undefined;
  time.now = 2_000;
  journal.retry();
  assert.ok(disk.writes < 10, `${disk.writes} writes`);
  assert.deepEqual(written(directory), payloads);
});

test('failed tries leave no empty files behind', (context) => {
  const { journal, disk, time, directory } = setUp(context);
  const create = disk.create.bind(disk);
  disk.create = (path) => {
    const descriptor = create(path);
    disk.short = 0;
    return descriptor;
  };
  for (let round = 0; round < 5; round += 1) {
    time.now += 2_000;
    journal.append(String(round));
  }
  assert.deepEqual(readdirSync(directory), []);
});

test('a directory that cannot be made is made later', (context) => {
  const { journal, disk, time, directory } = setUp(context);
  const missing = join(directory, 'deeper');
  disk.fault = fault('EROFS');
  const late = new JournalWriter({
    directory: missing,
    segmentBytes: 1_000,
    limits: { bytes: 1_000, records: 10 },
    files: disk,
    monotonic: () => time.now,
    report: () => {},
  });
  late.append('1');
  disk.fault = undefined;
  time.now = 5_000;
  late.append('2');
  assert.deepEqual(written(missing), ['1', '2']);
  late.close();
  journal.close();
});

test('beyond the limits records are dropped and counted, and reported once', (context) => {
  const { journal, events, directory } = setUp(context, { limits: { bytes: 1_000_000, records: 3 } });
  for (let round = 0; round < 10; round += 1) journal.append(String(round));
  assert.equal(journal.dropped, 7);
  assert.deepEqual(events, ['dropping']);
  assert.deepEqual(written(directory), ['0', '1', '2']);
});

test('what the database has taken over makes room again', (context) => {
  const { journal, events } = setUp(context, { limits: { bytes: 45, records: 100 } });
  for (const payload of ['1', '2', '3']) journal.append(payload);
  assert.equal(journal.dropped, 1);
  journal.folded(40, 2);
  journal.append('4');
  assert.equal(journal.dropped, 1);
  journal.append('5');
  journal.append('6');
  assert.deepEqual(events, ['dropping', 'dropping'], 'a second episode is news');
});

test('what earlier processes left counts against the limit in bytes', (context) => {
  const { journal, options } = setUp(context);
  journal.append('"something"');
  journal.close();
  assert.equal(new JournalWriter(options).lag.bytes, journal.lag.bytes);
});

test('closing on a dead disk counts what it could not write', (context) => {
  const { journal, disk } = setUp(context);
  disk.fault = fault('ENOSPC');
  journal.append('1');
  journal.append('2');
  journal.close();
  assert.equal(journal.dropped, 2);
  journal.append('3');
  assert.equal(journal.dropped, 3, 'what comes after the close is counted, too');
});

test('journal files are readable by their owner alone', (context) => {
  const { journal, directory } = setUp(context);
  journal.append('1');
  const [segment] = listSegments(directory);
  const { mode } = statSync(join(directory, segment?.name ?? ''));
  const expected = process.platform === 'win32' ? mode & 0o777 : 0o600;
  assert.equal(mode & 0o777, expected);
});

import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../test/support/until.ts';
import { FileWatcher } from './file-watcher.ts';

interface Watched {
  readonly directory: string;
  readonly file: string;
  readonly told: () => number;
  readonly watcher: FileWatcher;
}

async function withWatcher(
  act: (watched: Watched) => Promise<void>,
  prepare: (file: string) => void = (file) => writeFileSync(file, 'first'),
  changes: { readonly pollMs?: number; readonly since?: number } = {},
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-watch-'));
  const file = join(directory, 'switchyard.yaml');
  prepare(file);
  let told = 0;
  const watcher = new FileWatcher({
    files: [file],
    since: Date.now() + 60_000,
    settleMs: 10,
    pollMs: 25,
    onChange: async () => void (told += 1),
    ...changes,
  });
  try {
    await act({ directory, file, told: () => told, watcher });
  } finally {
    watcher.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const CHANGES: readonly [name: string, change: (watched: Watched) => void][] = [
  ['written in place', ({ file }) => writeFileSync(file, 'second')],
  [
    'replaced by a rename',
    ({ file }) => {
      writeFileSync(`${file}.new`, 'second');
      renameSync(`${file}.new`, file);
    },
  ],
  [
    'moved away and written anew, as editors with backups do',
    ({ file }) => {
      renameSync(file, `${file}~`);
      writeFileSync(file, 'second');
    },
  ],
  ['removed', ({ file }) => unlinkSync(file)],
  ['closed to its reader', ({ file }) => chmodSync(file, 0o000)],
];

for (const [name, change] of CHANGES)
  test(`a file that is ${name} is told once`, async () => {
    await withWatcher(async (watched) => {
      change(watched);
      await until('the change to be told', () => watched.told() === 1);
    });
  });

test('a burst of writes is told when it is over', async () => {
  await withWatcher(async ({ file, told }) => {
    for (let write = 0; write < 200; write += 1) writeFileSync(file, `version ${write}`);
    await until('the burst to be told', () => told() > 0);
    assert.ok(told() <= 2);
  });
});

test('a file that is reached through a link is watched where it lies, and the link itself is too', async () => {
  const target = (directory: string, name: string) => join(directory, name, 'real.yaml');
  await withWatcher(
    async ({ directory, file, told }) => {
      writeFileSync(target(directory, 'one'), 'in place');
      await until('the change behind the link', () => told() === 1);
      symlinkSync(target(directory, 'two'), `${file}.new`);
      renameSync(`${file}.new`, file);
      await until('the link that was bent', () => told() === 2);
      writeFileSync(target(directory, 'two'), 'changed there');
      await until('the change behind the new link', () => told() === 3);
    },
    (file) => {
      const directory = join(file, '..');
      for (const name of ['one', 'two']) {
        mkdirSync(join(directory, name));
        writeFileSync(target(directory, name), name);
      }
      symlinkSync(target(directory, 'one'), file);
    },
  );
});

test('a file in a folder that does not exist yet is found when both come', async () => {
  await withWatcher(async ({ directory, told, watcher }) => {
    const file = join(directory, 'later', 'secret');
    watcher.retarget([file]);
    mkdirSync(join(directory, 'later'));
    writeFileSync(file, 'key');
    await until('the new file', () => told() >= 1);
  });
});

test('what was changed between the reading and the watching is told', async () => {
  await withWatcher(
    async ({ told }) => void (await until('the early change', () => told() === 1)),
    undefined,
    {
      since: 0,
    },
  );
});

test('other files in the folder are nobody’s business', async () => {
  await withWatcher(async ({ directory, file, told }) => {
    for (let write = 0; write < 20; write += 1) writeFileSync(join(directory, 'other'), String(write));
    writeFileSync(file, 'second');
    await until('the file itself', () => told() > 0);
    assert.equal(told(), 1);
  });
});

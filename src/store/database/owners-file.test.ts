import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/store/workbench.ts';
import { makeOwnersFile } from './owners-file.ts';

test(
  'whatever the umask, a database and what SQLite puts beside it are their owner’s alone',
  { skip: process.platform === 'win32' && 'no modes here' },
  (context) => {
    const directory = temporaryDirectory(context);
    const before = process.umask(0o000);
    try {
      makeOwnersFile(join(directory, 'x.sqlite3'));
      const database = new DatabaseSync(join(directory, 'x.sqlite3'));
      database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a)');
      const modes = readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777);
      database.close();
      assert.deepEqual(modes, [0o600, 0o600, 0o600]);
    } finally {
      process.umask(before);
    }
  },
);

test('a file that is there keeps what is in it', (context) => {
  const path = join(temporaryDirectory(context), 'x');
  writeFileSync(path, 'content');
  makeOwnersFile(path);
  assert.equal(readFileSync(path, 'utf8'), 'content');
});

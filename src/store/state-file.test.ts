import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StateFile } from './state-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'switchyard-state-'));
after(() => rmSync(directory, { recursive: true, force: true }));

test('the last state is on disk after a close, in one piece, for its owner alone', () => {
  let text = 'one';
  const path = join(directory, 'deep', 'state.json');
  const file = new StateFile({ path, read: () => text, onError: assert.ifError });
  assert.equal(file.load(), undefined);
  file.changed();
  text = 'two';
  file.changed();
  file.close();
  file.close();
  assert.equal(file.load(), 'two');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(directory, 'deep')), ['state.json']);
});

test('a change is written within a second by itself', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const path = join(directory, 'timed.json');
  const file = new StateFile({ path, read: () => 'x', onError: assert.ifError });
  file.changed();
  assert.equal(file.load(), undefined);
  context.mock.timers.tick(1_000);
  assert.equal(readFileSync(path, 'utf8'), 'x');
});

test('a file that cannot be written or read is told and stops nothing', () => {
  const errors: unknown[] = [];
  const blocked = join(directory, 'blocked');
  writeFileSync(blocked, '');
  const file = new StateFile({
    path: join(blocked, 'state.json'),
    read: () => 'x',
    onError: (error) => errors.push(error),
  });
  assert.equal(file.load(), undefined);
  file.changed();
  file.close();
  assert.equal(errors.length, 2);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigHistory } from './config-history.ts';
import { etagOf } from './etag.ts';

const state = mkdtempSync(join(tmpdir(), 'switchyard-history-'));
test.after(() => rmSync(state, { recursive: true, force: true }));

test('versions are numbered, the same text twice in a row is one, and files do not mix', () => {
  const history = new ConfigHistory(state, '/home/me/switchyard.yaml');
  assert.deepEqual([history.list(), history.text(1), history.lastServed()], [[], undefined, undefined]);
  assert.deepEqual(
    ['a', 'a', 'b', 'a'].map((text) => history.save(text)),
    [1, 1, 2, 3],
  );
  assert.deepEqual(
    history.list().map(({ number, etag }) => [number, etag]),
    [
      [1, etagOf('a')],
      [2, etagOf('b')],
      [3, etagOf('a')],
    ],
  );
  assert.equal(history.text(2), 'b');
  assert.deepEqual(new ConfigHistory(state, '/home/you/switchyard.yaml').list(), []);
});

test('the newest version that was served is known, whatever was kept later', () => {
  const history = new ConfigHistory(state, '/served.yaml');
  history.saveServed('good');
  history.save('edited');
  assert.equal(history.lastServed()?.number, 1);
});

test('only so many are kept, and numbers go on', () => {
  const history = new ConfigHistory(state, '/many.yaml');
  for (let version = 0; version < 130; version += 1) history.save(`version ${version}`);
  const kept = history.list();
  assert.deepEqual([kept.length, kept[0]?.number, kept.at(-1)?.number], [100, 31, 130]);
});

test('nobody else may read them', { skip: process.platform === 'win32' && 'no modes there' }, () => {
  const history = new ConfigHistory(state, '/private.yaml');
  history.save('secret');
  const [version] = history.list();
  assert.equal(statSync(version?.path ?? '').mode & 0o777, 0o600);
});

test(
  'a version that the disk takes only a part of is none',
  { skip: process.platform === 'win32' && 'no limit on the size of files there' },
  () => {
    const module = new URL('./config-history.ts', import.meta.url).href;
    const script = `const { ConfigHistory } = await import(${JSON.stringify(module)});
      const history = new ConfigHistory(process.argv[1], '/full.yaml');
      history.save('good');
      try { history.save('x'.repeat(100_000)); } catch (error) { console.log(error.code, history.list().length); }`;
    const limited = 'ulimit -f 8; exec "$@"';
    const words = ['-c', limited, 'sh', process.execPath, '--input-type=module', '-e', script, state];
    assert.equal(spawnSync('/bin/sh', words, { encoding: 'utf8' }).stdout, 'EFBIG 1\n');
  },
);

import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConfigChange } from '../config/edit/config-change.ts';
import { editConfig, type ConfigEdit } from './edit-config.ts';
import { ConfigHistory } from './history/config-history.ts';
import { etagOf } from './history/etag.ts';

const TEXT = '# mine\ntiers:\n  haiku: zai # cheap\n';
const toOpus: ConfigChange = { kind: 'set', path: ['tiers', 'opus'], value: 'zai' };

function newFile(context: { after: (act: () => void) => void }) {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-edit-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'config', 'switchyard.yaml');
  const history = new ConfigHistory(join(directory, 'state'), path);
  const edit = (changes: Partial<ConfigEdit> = {}) =>
    editConfig({ path, to: { changes: [toOpus] }, history, check: async () => [], ...changes });
  return { directory, path, history, edit };
}

function write(path: string, text: string): void {
  writeFileSync(path, text);
}

test('an edit keeps comments and mode, and both versions are in the history', async (context) => {
  const { directory, path, history, edit } = newFile(context);
  await editConfig({ path, to: { text: TEXT }, history, check: async () => [] });
  const outcome = await edit({ expected: etagOf(TEXT) });
  assert.equal(readFileSync(path, 'utf8'), `${TEXT}  opus: zai\n`);
  assert.deepEqual(outcome, {
    kind: 'written',
    etag: etagOf(`${TEXT}  opus: zai\n`),
    text: `${TEXT}  opus: zai\n`,
  });
  assert.deepEqual(
    history.list().map(({ etag }) => etag),
    [etagOf(TEXT), etagOf(`${TEXT}  opus: zai\n`)],
  );
  assert.deepEqual(readdirSync(join(directory, 'config')), ['switchyard.yaml'], 'no draft is left');
  assert.deepEqual(await edit(), { kind: 'unchanged', etag: etagOf(`${TEXT}  opus: zai\n`) });
});

test(
  'a mode that was chosen stays, and a new file is for its owner alone',
  { skip: process.platform === 'win32' && 'no modes there' },
  async (context) => {
    const { path, edit } = newFile(context);
    await edit();
    assert.equal(statSync(path).mode & 0o777, 0o600, 'a new file is for its owner alone');
    chmodSync(path, 0o640);
    await edit({ to: { text: '# other\n' } });
    assert.equal(statSync(path).mode & 0o777, 0o640, 'a mode that was chosen stays');
  },
);

test('what somebody else has written meanwhile is not overwritten', async (context) => {
  const { path, edit } = newFile(context);
  await edit();
  const seen = etagOf(readFileSync(path, 'utf8'));
  write(path, TEXT);
  assert.deepEqual(await edit({ expected: seen }), { kind: 'stale', etag: etagOf(TEXT) });
  const during = await edit({
    check: async () => {
      write(path, '# while it was checked\n');
      return [];
    },
  });
  assert.equal(during.kind, 'stale');
  assert.equal(readFileSync(path, 'utf8'), '# while it was checked\n');
});

test('what could not be served is not written', async (context) => {
  const { path, edit } = newFile(context);
  assert.deepEqual(await edit({ check: async () => ['no.'] }), { kind: 'refused', reasons: ['no.'] });
  await edit({ to: { text: '{' } });
  assert.equal((await edit()).kind, 'refused', 'a broken file is for people to repair');
  assert.equal(readFileSync(path, 'utf8'), '{');
});

test('a link stays a link, and what it leads to is changed', async (context) => {
  const { directory, path, edit } = newFile(context);
  await edit();
  const real = join(directory, 'real.yaml');
  write(real, TEXT);
  rmSync(path);
  symlinkSync(real, path);
  await edit();
  assert.ok(lstatSync(path).isSymbolicLink());
  assert.equal(readFileSync(real, 'utf8'), `${TEXT}  opus: zai\n`);
});

test('a TOML file of another program is only read', async (context) => {
  const { directory, edit } = newFile(context);
  assert.equal((await edit({ path: join(directory, 'cc-proxy.toml') })).kind, 'refused');
});

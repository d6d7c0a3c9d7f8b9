import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { pruneCaptures, readCapture, writeCapture } from './capture-directory.ts';

const DAY_MS = 86_400_000;
const TODAY = Date.UTC(2026, 4, 20, 12);
const root = mkdtempSync(join(tmpdir(), 'switchyard-captures-'));
const directory = join(root, 'captures');

beforeEach(() => rmSync(directory, { recursive: true, force: true }));
after(() => rmSync(root, { recursive: true }));

function write(id: string, daysAgo: number, bytes = 10): void {
  writeCapture(directory, { id, receivedAt: TODAY - daysAgo * DAY_MS, file: Buffer.alloc(bytes) });
}

const ids = (): string[] =>
  globSync(`${directory}/*/*`)
    .map((path) => basename(path, '.capture'))
    .sort();

test('what was written is found by its id, and readable by its owner only', async () => {
  write('one', 0, 3);
  write('two', 5, 4);
  assert.equal((await readCapture(directory, 'one'))?.length, 3);
  assert.equal((await readCapture(directory, 'two'))?.length, 4);
  assert.equal(await readCapture(directory, 'three'), undefined);
  const [path = ''] = globSync(`${directory}/*/one.capture`);
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
});

for (const id of ['../secret', '..', 'a/b', String.raw`a\b`, '', 'x'.repeat(100)])
  test(`"${id.slice(0, 20)}" is no id and no path`, async () => {
    write('one', 0);
    writeFileSync(join(root, 'secret.capture'), 'x');
    assert.equal(await readCapture(directory, id), undefined);
  });

test('whole days that are too old go', async () => {
  for (const [index, daysAgo] of [0, 6, 7, 8, 30].entries()) write(`c${index}`, daysAgo);
  await pruneCaptures(directory, TODAY, { days: 7, bytes: 1e9 });
  assert.deepEqual(ids(), ['c0', 'c1', 'c2']);
});

test('of what is too much the oldest go, however small they are', async () => {
  write('a-oldest', 2, 1);
  write('b-older', 2, 50);
  write('c-large', 1, 50);
  write('d-new', 0, 40);
  await pruneCaptures(directory, TODAY, { days: 7, bytes: 100 });
  assert.deepEqual(ids(), ['c-large', 'd-new']);
});

test('where nothing was ever captured there is nothing to delete', async () => {
  await pruneCaptures(directory, TODAY, { days: 7, bytes: 1 });
  assert.equal(existsSync(directory), false);
});

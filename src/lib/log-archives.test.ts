import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveName, archivesOf, expiredArchives, isSameDay } from './log-archives.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-15T12:00:00.123Z');

test('an old file says when it was put aside, in letters that every file system takes', () => {
  assert.equal(archiveName('ccp.out', NOW), 'ccp.out.2026-03-15T12-00-00-123Z');
});

test('old files are told from everything else in the folder, newest first', () => {
  const older = archiveName('ccp.out', NOW - DAY);
  const newer = `${archiveName('ccp.out', NOW)}.gz`;
  const names = [
    'ccp.out',
    'ccp.out.1',
    'ccp.out.notes',
    'usage.jsonl.2026-03-15T12-00-00-123Z.gz',
    older,
    newer,
  ];
  assert.deepEqual(archivesOf('ccp.out', names), [newer, older]);
});

const DAYS = [0, 1, 5, 20, 40].map((days) => `${archiveName('a', NOW - days * DAY)}.gz`);

for (const [what, limits, kept] of [
  ['age', { keepDays: 7, keepFiles: 99 }, 3],
  ['number', { keepDays: 99, keepFiles: 2 }, 2],
  ['both', { keepDays: 30, keepFiles: 3 }, 3],
] as const)
  test(`files beyond the limits go: ${what}`, () => {
    const expired = expiredArchives('a', DAYS, { ...limits, now: NOW });
    assert.deepEqual(
      DAYS.filter((name) => !expired.includes(name)),
      DAYS.slice(0, kept),
    );
  });

test('a day ends at midnight of UTC', () => {
  assert.ok(isSameDay(NOW, Date.parse('2026-03-15T23:59:59.999Z')));
  assert.ok(!isSameDay(NOW, Date.parse('2026-03-16T00:00:00Z')));
});

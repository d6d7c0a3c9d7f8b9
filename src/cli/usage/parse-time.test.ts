import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTime } from './parse-time.ts';

const NOW = Date.UTC(2026, 0, 15, 12, 30) + 250;
const SECONDS = Math.floor(NOW / 1000);
const MIDNIGHT = Date.UTC(2026, 0, 15) / 1000;

const TIMES: readonly [string, number | undefined][] = [
  ['30m', SECONDS - 1_800],
  ['12h', SECONDS - 43_200],
  ['7d', SECONDS - 604_800],
  ['2w', SECONDS - 1_209_600],
  ['99999w', 0],
  ['today', MIDNIGHT],
  ['yesterday', MIDNIGHT - 86_400],
  ['2026-01-15', MIDNIGHT],
  ['2026-01-15T12:30Z', MIDNIGHT + 45_000],
  ['2026-01-15T12:30:00.5+01:00', MIDNIGHT + 41_400.5],
  ['1767225600', 1_767_225_600],
  ['', undefined],
  ['7', undefined],
  ['7y', undefined],
  ['2026-13-01', undefined],
  ['2026-01-15T12:30', undefined],
  ['tomorrow', undefined],
];

for (const [text, expected] of TIMES)
  test(`"${text}" is ${expected === undefined ? 'no time' : `the time ${expected}`}`, () => {
    assert.equal(parseTime(text, NOW), expected);
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyUsage, type KeyLimits } from '../key-limits.ts';
import { resumeKeyUse, saveKeyUse } from './saved-key-use.ts';

const LIMITS: KeyLimits = { requestsPerMinute: undefined, concurrent: undefined, tokensPerDay: 100 };
const NOON = Date.UTC(2026, 0, 1, 12);
const NEXT_DAY = Date.UTC(2026, 0, 2, 0, 1);

function used(tokens: number): string {
  const usage = new KeyUsage();
  usage.begin('laptop', LIMITS, NOON);
  usage.end('laptop', tokens);
  usage.begin('idle', LIMITS, NOON);
  return saveKeyUse(usage, NOON + 1);
}

test('a key goes on where the last run left it, and what it uses now comes on top', () => {
  const usage = new KeyUsage();
  assert.equal(resumeKeyUse(usage, used(60), NOON + 2), 'resumed');
  assert.equal(usage.begin('laptop', LIMITS, NOON + 2).kind, 'admitted');
  usage.end('laptop', 40);
  assert.equal(usage.begin('laptop', LIMITS, NOON + 3).kind, 'refused');
  assert.deepEqual([...usage.usedOn(NOON + 3)], [['laptop', 100]]);
  assert.equal(usage.begin('idle', LIMITS, NOON + 3).kind, 'admitted');
});

test('yesterday is forgotten', () => {
  const usage = new KeyUsage();
  assert.equal(resumeKeyUse(usage, used(100), NEXT_DAY), 'past');
  assert.equal(usage.begin('laptop', LIMITS, NEXT_DAY).kind, 'admitted');
});

test('a limit per minute begins whole after a restart', () => {
  const usage = new KeyUsage();
  resumeKeyUse(usage, used(1), NOON + 2);
  const minute = { ...LIMITS, requestsPerMinute: 2 };
  const begin = () => usage.begin('laptop', minute, NOON + 2).kind;
  assert.deepEqual([begin(), begin(), begin()], ['admitted', 'admitted', 'refused']);
});

for (const text of [
  '',
  '{"version":1,"day":',
  '[]',
  '{"version":2}',
  '{"version":1,"day":1,"tokens":{"a":-1}}',
])
  test(`${JSON.stringify(text)} is no saved use`, () => {
    assert.equal(resumeKeyUse(new KeyUsage(), text, NOON), 'unreadable');
  });

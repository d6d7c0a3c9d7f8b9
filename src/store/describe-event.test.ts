import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEvent } from './describe-event.ts';
import type { LedgerEvent } from './ledger.ts';

const EVENTS: readonly [LedgerEvent, 'info' | 'warn' | 'error'][] = [
  [{ kind: 'quarantined', path: '/x', reason: 'malformed' }, 'error'],
  [{ kind: 'store-failing', reason: 'disk full' }, 'error'],
  [{ kind: 'store-recovered' }, 'info'],
  [{ kind: 'store-refused', reason: 'newer' }, 'error'],
  [{ kind: 'journal-damaged', segment: 'a', frames: 2 }, 'warn'],
  [{ kind: 'interrupted', attempts: 3 }, 'warn'],
  [{ kind: 'usage-log-failing', reason: 'read-only' }, 'warn'],
  [{ kind: 'journal-failing', error: new Error('EROFS') }, 'error'],
  [{ kind: 'journal-recovered' }, 'info'],
  [{ kind: 'dropping' }, 'error'],
];

for (const [event, level] of EVENTS)
  test(`${event.kind} is one line of level ${level}, with its facts beside it`, () => {
    const { kind: _, ...facts } = event;
    const line = describeEvent(event);
    assert.equal(line.level, level);
    assert.deepEqual(line.details, facts);
    assert.match(line.message, /^\[Ledger\] .*\.$/);
  });

test('no two events say the same', () => {
  const messages = EVENTS.map(([event]) => describeEvent(event).message);
  assert.equal(new Set(messages).size, messages.length);
});

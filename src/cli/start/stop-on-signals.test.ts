import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stopOnSignals } from './stop-on-signals.ts';

function harness(stop: () => Promise<void> = () => new Promise(() => {})) {
  const signals = new EventEmitter();
  const seen = { stops: [] as string[], exits: [] as number[], notes: [] as string[], time: 1_000 };
  stopOnSignals({
    signals,
    stop: (reason) => {
      seen.stops.push(reason);
      return stop();
    },
    exit: (code) => void seen.exits.push(code),
    note: (line) => void seen.notes.push(line),
    now: () => seen.time,
  });
  return { signals, seen };
}

test('the first signal lets running requests finish, then ends with 0', async () => {
  const { signals, seen } = harness(() => Promise.resolve());
  signals.emit('SIGTERM');
  assert.deepEqual([seen.stops, seen.exits], [['SIGTERM'], []]);
  await nextTurn();
  assert.deepEqual(seen.exits, [0]);
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  test(`a second ${signal} ends at once with ${code}`, () => {
    const { signals, seen } = harness();
    signals.emit('SIGINT');
    seen.time += 200;
    signals.emit(signal);
    assert.deepEqual([seen.stops.length, seen.exits], [1, [code]]);
  });

test('the same signal handed on by npm and the terminal counts once', () => {
  const { signals, seen } = harness();
  signals.emit('SIGINT');
  seen.time += 20;
  signals.emit('SIGINT');
  assert.deepEqual([seen.stops.length, seen.exits], [1, []]);
});

test('a stop that fails is told and ends with 1', async () => {
  const { signals, seen } = harness(() => Promise.reject(new Error('disk full')));
  signals.emit('SIGTERM');
  await nextTurn();
  assert.deepEqual(seen.exits, [1]);
  assert.match(seen.notes.join('\n'), /did not stop in order: disk full/);
});

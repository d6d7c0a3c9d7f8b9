import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stopOnSignals } from './stop-on-signals.ts';

function harness(stop: () => Promise<void> = () => new Promise(() => {}), reload?: () => void) {
  const signals = new EventEmitter();
  const seen = {
    stops: 0,
    hurries: 0,
    exits: [] as number[],
    notes: [] as string[],
    timers: [] as (readonly [number, () => void])[],
    time: 1_000,
  };
  const requestStop = stopOnSignals({
    signals,
    reload,
    stop: () => {
      seen.stops += 1;
      return stop();
    },
    hurry: () => void (seen.hurries += 1),
    exit: (code) => void seen.exits.push(code),
    note: (line) => void seen.notes.push(line),
    now: () => seen.time,
    after: (milliseconds, act) => void seen.timers.push([milliseconds, act]),
  });
  return { signals, seen, requestStop };
}

function runTimers({ timers }: { timers: (readonly [number, () => void])[] }): void {
  for (const [, act] of timers.splice(0)) act();
}

test('the first signal lets running requests finish, then ends with 0', async () => {
  const { signals, seen } = harness(() => Promise.resolve());
  signals.emit('SIGTERM');
  assert.deepEqual([seen.stops, seen.hurries, seen.exits], [1, 0, []]);
  await nextTurn();
  runTimers(seen);
  assert.deepEqual(seen.exits, [0]);
});

test('after a quick stop it waits for the echo of the signal, after a long one it does not', async () => {
  const quick = harness(() => Promise.resolve());
  quick.signals.emit('SIGINT');
  await nextTurn();
  assert.deepEqual([quick.seen.timers[0]?.[0], quick.seen.exits], [150, []]);
  const { promise, resolve } = Promise.withResolvers<void>();
  const long = harness(() => promise);
  long.signals.emit('SIGINT');
  long.seen.time += 5_000;
  resolve();
  await nextTurn();
  assert.equal(long.seen.timers[0]?.[0], 0);
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  test(`a second ${signal} cuts what runs and ends within two seconds with ${code}`, () => {
    const { signals, seen } = harness();
    signals.emit('SIGINT');
    seen.time += 200;
    signals.emit(signal);
    assert.deepEqual([seen.stops, seen.hurries, seen.exits], [1, 1, []]);
    const [milliseconds = Infinity, act] = seen.timers[0] ?? [];
    assert.ok(milliseconds < 2_000);
    act?.();
    assert.deepEqual(seen.exits, [code]);
  });

test('the same signal handed on by npm and the terminal counts once', () => {
  const { signals, seen } = harness();
  signals.emit('SIGINT');
  seen.time += 20;
  signals.emit('SIGINT');
  assert.deepEqual([seen.stops, seen.hurries], [1, 0]);
});

test('the admin API ends the gateway as a signal does, and only once', async () => {
  const { seen, requestStop } = harness(() => Promise.resolve());
  requestStop();
  requestStop();
  await nextTurn();
  runTimers(seen);
  assert.deepEqual([seen.stops, seen.exits], [1, [0]]);
});

test('a stop that fails is told and ends with 1', async () => {
  const { signals, seen } = harness(() => Promise.reject(new Error('disk full')));
  signals.emit('SIGTERM');
  await nextTurn();
  assert.deepEqual(seen.exits, [1]);
  assert.match(seen.notes.join('\n'), /did not stop in order: Error: disk full/);
});

test('SIGHUP reads the configuration again where nobody’s terminal is meant, and ends the gateway elsewhere', () => {
  let reloads = 0;
  const service = harness(undefined, () => void (reloads += 1));
  service.signals.emit('SIGHUP');
  service.signals.emit('SIGHUP');
  assert.deepEqual([reloads, service.seen.stops], [2, 0]);
  const terminal = harness();
  terminal.signals.emit('SIGHUP');
  assert.equal(terminal.seen.stops, 1);
});

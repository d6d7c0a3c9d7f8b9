import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { CallClock } from './call-clock.ts';

describe('the clocks of a call', () => {
  let now = 0;
  let expired: string[] = [];
  const clock = (total: number): CallClock => new CallClock(total, (name) => expired.push(`${name}@${now}`));

  function pass(milliseconds: number): void {
    for (let step = 0; step < milliseconds; step += 1) {
      now += 1;
      mock.timers.tick(1);
    }
  }

  beforeEach(() => {
    now = 0;
    expired = [];
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  test('each expires at its own time', () => {
    const cases: [start: () => void, expected: string][] = [
      [() => clock(50), 'total@50'],
      [() => clock(50).awaitHeaders(30, 0), 'headers@30'],
      [() => clock(0).awaitHeaders(30, 10), 'h2Headers@10'],
      [() => clock(0).watchSilence(20), 'idle@20'],
    ];
    for (const [start, expected] of cases) {
      now = 0;
      expired = [];
      start();
      pass(100);
      assert.deepEqual(expired, [expected]);
    }
  });

  test('zero switches a clock off, and a stopped clock is silent', () => {
    const off = clock(0);
    off.awaitHeaders(0, 0);
    off.watchSilence(0);
    const stopped = clock(10);
    stopped.stop();
    pass(100);
    assert.deepEqual(expired, []);
  });

  test('the head ends the header clocks and begins the silence', () => {
    const running = clock(0);
    running.awaitHeaders(10, 5);
    pass(4);
    running.watchSilence(30);
    pass(100);
    assert.deepEqual(expired, ['idle@34']);
  });

  test('a touch moves the silence, a suspension stops it, the total runs on', () => {
    const running = clock(200);
    running.watchSilence(10);
    for (let round = 0; round < 5; round += 1) {
      pass(9);
      running.touch();
    }
    running.suspendSilence();
    pass(50);
    assert.deepEqual(expired, []);
    running.resumeSilence();
    pass(9);
    assert.deepEqual(expired, []);
    pass(1);
    assert.deepEqual(expired, ['idle@105']);
  });

  test('while suspended for good, the total still ends the call', () => {
    const running = clock(60);
    running.watchSilence(10);
    running.suspendSilence();
    pass(100);
    assert.deepEqual(expired, ['total@60']);
  });

  test('a total longer than any timer can be does not fire at once', () => {
    const running = clock(2 ** 40);
    pass(100);
    assert.deepEqual(expired, []);
    running.stop();
  });
});

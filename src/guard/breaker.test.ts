import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { DEFAULT_BREAKER_SETTINGS } from './breaker-settings.ts';
import { Breaker, type BreakerVerdict } from './breaker.ts';

/** No jitter: 0.8 + 0.4 × 0.5 is 1. */
const even = (): number => 0.5;

function breaker(): Breaker {
  return new Breaker(DEFAULT_BREAKER_SETTINGS, even);
}

function record(target: Breaker, verdicts: readonly BreakerVerdict[], now: number): void {
  for (const verdict of verdicts) {
    const pass = target.admit(now);
    if (pass !== 'refused') target.record(verdict, pass, now);
  }
}

const failures = (count: number): BreakerVerdict[] => Array<BreakerVerdict>(count).fill('failure');

test('five failures in a row open it for fifteen seconds', () => {
  const target = breaker();
  record(target, failures(4), 0);
  assert.equal(target.state(0), 'closed');
  record(target, ['failure'], 1_000);
  assert.equal(target.state(1_000), 'open');
  assert.equal(target.admit(15_999), 'refused');
  assert.equal(target.state(16_000), 'half-open');
});

test('a success in between ends the row; a soft failure neither ends it nor adds to it', () => {
  const target = breaker();
  record(target, [...failures(4), 'success', ...failures(3)], 0);
  assert.equal(target.state(0), 'closed');
  const other = breaker();
  record(other, [...failures(4), 'soft', 'failure'], 0);
  assert.equal(other.state(0), 'open');
});

test('half of ten answers within thirty seconds open it; nine answers say nothing', () => {
  const target = breaker();
  const mixed: BreakerVerdict[] = ['failure', 'success', 'failure', 'success', 'failure', 'success'];
  record(target, [...mixed, 'failure', 'success', 'success'], 0);
  assert.equal(target.state(0), 'closed');
  record(target, ['failure'], 0);
  assert.equal(target.state(0), 'open');
});

test('answers older than the window are forgotten', () => {
  const target = breaker();
  for (let round = 0; round < 4; round++) record(target, ['failure', 'success'], 0);
  record(target, ['failure', 'success'], 40_000);
  assert.equal(target.state(40_000), 'closed');
});

test('ten useless answers in a row open it, because each is half a failure', () => {
  const target = breaker();
  record(target, Array<BreakerVerdict>(9).fill('soft'), 0);
  assert.equal(target.state(0), 'closed');
  record(target, ['soft'], 0);
  assert.equal(target.state(0), 'open');
});

test('of fifty that ask at once in the half-open state, one gets the probe', () => {
  const target = breaker();
  record(target, failures(5), 0);
  const passes = Array.from({ length: 50 }, () => target.admit(20_000));
  assert.equal(passes.filter((pass) => pass === 'probe').length, 1);
  assert.equal(passes.filter((pass) => pass === 'refused').length, 49);
});

test('two probes that succeed close it; the second goes only after the first', () => {
  const target = breaker();
  record(target, failures(5), 0);
  assert.equal(target.admit(15_000), 'probe');
  target.record('success', 'probe', 15_100);
  assert.equal(target.state(15_100), 'half-open');
  assert.equal(target.admit(15_200), 'probe');
  assert.equal(target.admit(15_200), 'refused');
  target.record('success', 'probe', 15_300);
  assert.equal(target.state(15_300), 'closed');
  assert.equal(target.isIdle(15_300), true);
});

test('each probe that fails doubles the time, up to five minutes', () => {
  const target = breaker();
  record(target, failures(5), 0);
  let now = 0;
  const spans: number[] = [];
  for (let round = 0; round < 7; round++) {
    spans.push(target.readyIn(now));
    now += target.readyIn(now);
    assert.equal(target.admit(now), 'probe');
    target.record(round % 2 === 0 ? 'failure' : 'soft', 'probe', now);
  }
  assert.deepEqual(spans, [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
});

test('a probe that is given back lets the next one go', () => {
  const target = breaker();
  record(target, failures(5), 0);
  assert.equal(target.admit(15_000), 'probe');
  target.abandon();
  assert.equal(target.admit(15_000), 'probe');
});

test('late answers to requests from before it opened change nothing', () => {
  const target = breaker();
  record(target, failures(5), 0);
  target.record('success', 'pass', 100);
  target.record('failure', 'pass', 20_000);
  assert.equal(target.state(20_000), 'half-open');
});

test('open periods are spread by a fifth in both directions', () => {
  for (const [random, expected] of [
    [0, 12_000],
    [1, 18_000],
  ] as const) {
    const target = new Breaker(DEFAULT_BREAKER_SETTINGS, () => random);
    record(target, failures(5), 0);
    assert.equal(Math.round(target.readyIn(0)), expected);
  }
});

test('whatever happens in whatever order, never two probes at once and never open beyond the limit', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 60_000 }),
    act: fc.constantFrom('ask', 'success', 'soft', 'failure', 'abandon'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const target = breaker();
      let now = 0;
      let probing = false;
      for (const { wait, act } of steps) {
        now += wait;
        if (act === 'ask') {
          const pass = target.admit(now);
          assert.ok(!(pass === 'probe' && probing), 'a second probe');
          probing ||= pass === 'probe';
        } else if (act === 'abandon') {
          if (probing) target.abandon();
          probing = false;
        } else {
          target.record(act, probing ? 'probe' : 'pass', now);
          probing = false;
        }
        assert.ok(target.readyIn(now) <= DEFAULT_BREAKER_SETTINGS.openMax);
      }
    }),
  );
});

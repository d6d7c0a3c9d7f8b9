import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RESTART_POLICY, restartVerdict } from './restart-policy.ts';

const MINUTE = 60_000;

test('waits double from one second to one minute, and jitter takes from them', () => {
  const waits = [1, 2, 3, 6, 7, 10].map((count) =>
    restartVerdict(RESTART_POLICY, Array<number>(count).fill(1_000), { now: 1_000, random: 1 }),
  );
  const milliseconds = waits.map((verdict) => (verdict.kind === 'wait' ? verdict.milliseconds : undefined));
  assert.deepEqual(milliseconds, [1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  const half = restartVerdict(RESTART_POLICY, [1, 2, 3], { now: 3, random: 0.5 });
  assert.deepEqual(half, { kind: 'wait', milliseconds: 2_000 });
});

test('more than ten endings within ten minutes are a crash loop; older ones are forgotten', () => {
  const endings = Array.from({ length: 11 }, (_, index) => index * MINUTE);
  assert.equal(
    restartVerdict(RESTART_POLICY, endings.slice(0, 10), { now: 9 * MINUTE, random: 0 }).kind,
    'wait',
  );
  assert.equal(restartVerdict(RESTART_POLICY, endings, { now: 9.5 * MINUTE, random: 0 }).kind, 'give-up');
  assert.equal(restartVerdict(RESTART_POLICY, endings, { now: 10 * MINUTE, random: 0 }).kind, 'wait');
});

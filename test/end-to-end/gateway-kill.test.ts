import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killGateways, readyWithin } from '../long/gateway-kill.ts';

test('the gateway killed ten times under load loses and doubles nothing, and is ready again at once', async (context) => {
  const tally = await killGateways(context, 10);
  context.diagnostic(JSON.stringify(tally));
  assert.ok(tally.interrupted > 0 && tally.delivered > 100, 'the load was no load');
  assert.ok(tally.slowestReadyMs < readyWithin(tally), `ready again after ${tally.slowestReadyMs} ms`);
});

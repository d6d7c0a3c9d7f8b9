import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killGateways, readyWithin } from './gateway-kill.ts';

for (const part of [1, 2, 3, 4])
  test(`the gateway killed twenty-five times under load loses and doubles nothing (part ${part} of 4)`, async (context) => {
    const tally = await killGateways(context, 25);
    context.diagnostic(JSON.stringify(tally));
    assert.ok(tally.interrupted > 0 && tally.delivered > 500, 'the load was no load');
    assert.ok(tally.slowestReadyMs < readyWithin(tally), `ready again after ${tally.slowestReadyMs} ms`);
  });

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RunningGateway } from '../support/gateway.ts';
import { KEY_VARIABLE, standIn, startGateway } from '../support/gateway.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { faultsTriedAgain } from './no-retry.ts';

/** @param count faults in all */
export function describeNoRetry(count: number): void {
  describe('after the first byte', () => {
    const opened = new AsyncDisposableStack();
    let first: ScriptedUpstream;
    let second: ScriptedUpstream;
    let gateway: RunningGateway;
    before(async () => {
      first = await startScriptedUpstream();
      opened.defer(async () => first.close());
      second = await startScriptedUpstream();
      opened.defer(async () => second.close());
      gateway = await startGateway({
        yaml: `
providers:
${standIn('first', first.url)}${standIn('second', second.url)}
tiers: { haiku: first, sonnet: [first, second], opus: first }
`,
        environment: { [KEY_VARIABLE]: 'k' },
      });
      opened.defer(async () => gateway.stop());
    });
    after(async () => opened.disposeAsync());

    test(`${count} faults lead to no second try, although another target is left`, async () => {
      const wrong = await faultsTriedAgain(count, { gatewayUrl: gateway.url, first, second });
      assert.deepEqual(wrong, []);
    });
  });
}

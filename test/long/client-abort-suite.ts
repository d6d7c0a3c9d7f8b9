/** The abort suite as tests; the fast run and the long run differ only in how often each phase is tried. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { quantile } from '../../bench/statistics.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { KEY_VARIABLE, standIn, startGateway } from '../support/gateway.ts';
import { exchangeRaw } from '../support/raw-client.ts';
import { streamingRequest } from '../support/requests.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';
import type { SilentListener } from './client-abort.ts';
import { ABORT_PHASES, abortMany, startSilentListener } from './client-abort.ts';

const LIMIT_P99 = 50;
const LIMIT_WORST = 250;

/** @param count aborts per phase */
export function describeClientAborts(count: number): void {
  describe(`${count} clients that go away in each phase`, () => {
    let upstream: ScriptedUpstream;
    let silent: SilentListener;
    let gateway: RunningGateway;
    const opened = new AsyncDisposableStack();
    before(async () => {
      upstream = await startScriptedUpstream();
      opened.defer(async () => upstream.close());
      silent = await startSilentListener();
      opened.defer(async () => silent.close());
      gateway = await startGateway({
        yaml: configuration(upstream.url, silent.port),
        environment: { [KEY_VARIABLE]: 'k' },
      });
      opened.defer(async () => gateway.stop());
    });
    after(async () => opened.disposeAsync());

    for (const phase of ABORT_PHASES) {
      test(`phase ${phase}: every abort reaches the upstream in time and leaves nothing behind`, async () => {
        const latencies = await abortMany(phase, count, { gatewayUrl: gateway.url, upstream, silent });
        if (phase !== 'upload') {
          assert.equal(latencies.length, count);
          assertQuick(latencies);
        }
        await until(
          'all sockets to the upstreams to be closed',
          () => upstream.openSockets + silent.openSockets === 0,
          1_000,
        );
        await assertStillServing(gateway.url, upstream);
      });
    }
  });
}

/** With few samples the 99th percentile would be the worst one, which has a limit of its own. */
function assertQuick(latencies: readonly number[]): void {
  const share = latencies.length < 200 ? 0.9 : 0.99;
  const usual = quantile(latencies, share);
  assert.ok(usual <= LIMIT_P99, `p${share * 100} was ${usual.toFixed(1)} ms`);
  const worst = Math.max(...latencies);
  assert.ok(worst <= LIMIT_WORST, `the slowest took ${worst.toFixed(1)} ms`);
}

async function assertStillServing(gatewayUrl: string, upstream: ScriptedUpstream): Promise<void> {
  upstream.reset();
  const answer = await exchangeRaw(gatewayUrl, streamingRequest('anthropic', gatewayUrl), 1_000);
  assert.equal(answer.status, 200);
  assert.equal(answer.end, 'whole');
  await upstream.closeIdleSockets();
}

function configuration(upstreamUrl: string, silentPort: number): string {
  return `
providers:
${standIn('standin', upstreamUrl)}
  silent:
    base_url: https://127.0.0.1:${silentPort}
    format: anthropic-messages
    http: "1.1"
    clocks: { tls: 30s }
    auth: none
mappings: [{ match: silent, use: silent }]
tiers: { haiku: standin, sonnet: standin, opus: standin }
`;
}

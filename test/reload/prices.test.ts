/** Prices follow the configuration: what ended before a change keeps its price, what ends after it has the new one. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createAdminClient, type AdminClient } from '../../src/admin-client/admin-client.ts';
import { text } from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { startConfigured, type ConfiguredGateway } from '../support/configured-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

const BILL = { input: 1_000_000, output: 0, cacheRead: 0, cacheWrite: 0 };
/** In .env files, as a shell would say it; no catalogue knows the model, so that the lane's price holds. */
const MODEL = 'glm-of-nobody';

let upstream: ScriptedUpstream;
let gateway: ConfiguredGateway;
let admin: AdminClient;

const yaml = (prices: string): string => `
providers:
  zai: { base_url: "${upstream.url}", format: anthropic-messages, auth: none }
tiers: { haiku: zai, sonnet: zai, opus: zai }
default: zai
${prices}
`;

before(async () => {
  upstream = await startScriptedUpstream({ answer: text('words', BILL) });
  gateway = await startConfigured({
    yaml: yaml(''),
    files: { '.env': 'ZAI_PRICE_IN_PER_M=2\n' },
  });
  admin = createAdminClient({ url: gateway.url });
});

after(async () => {
  await gateway.stop();
  await upstream.close();
});

/** Changes the files and waits until they are in force. */
async function change(write: () => void): Promise<void> {
  const version = () => gateway.running.configuration.snapshot();
  const old = version();
  write();
  await until('the new configuration', () => version() !== old);
}

const ask = () => call(gateway.url, '/v1/messages', { body: message(MODEL) });

async function stored(): Promise<[cost: number | null, source: string | undefined][]> {
  const { samples } = await admin.call('samples');
  return samples.map(({ cost_usd, price }) => [cost_usd, price?.split(':')[0]]);
}

test('each row keeps the price and the price version of its time, from file and environment', async () => {
  await ask();
  await change(() => writeFileSync(join(gateway.home, '.env'), 'ZAI_PRICE_IN_PER_M=3\n'));
  await ask();
  // Nothing is asked in between: what has ended but is not stored yet must not get the next price.
  await change(() => writeFileSync(gateway.file, yaml('prices: { zai: { input: 5, output: 9 } }')));
  await ask();
  await change(() => writeFileSync(gateway.file, yaml(`prices: { zai/${MODEL}: { input: 7, output: 9 } }`)));
  await ask();
  await change(() => writeFileSync(gateway.file, yaml('')));
  await ask();
  assert.deepEqual(await stored(), [
    [2, 'environment'],
    [3, 'environment'],
    [5, 'config'],
    [7, 'config'],
    [3, 'environment'],
  ]);
  const { samples } = await admin.call('samples');
  const versions = samples.map(({ price }) => price);
  assert.equal(new Set(versions).size, 4);
  assert.equal(versions[1], versions[4]);
  assert.equal((await admin.call('stats')).cost_usd, 20);
});

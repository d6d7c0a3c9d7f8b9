/** What becomes of a request when no target can be reached at all. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import type { Provider } from '../src/domain/provider.ts';
import { Secret } from '../src/lib/secret.ts';
import { status } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { headerOf } from './support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';

let second: ScriptedUpstream;
let third: ScriptedUpstream;

before(async () => {
  [second, third] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
});

after(async () => {
  await Promise.all([second.close(), third.close()]);
});

const KEY = {
  kind: 'secret',
  header: 'x-api-key',
  scheme: undefined,
  secret: new Secret('own-key'),
} as const;

const to = (provider: string) => ({ provider, model: `model-of-${provider}` });

/** One provider that nobody answers for, one that does, and the caller's own Anthropic. */
async function withoutNetwork(
  netFallback: string | undefined,
  act: (gateway: InProcessGateway) => Promise<void>,
): Promise<void> {
  for (const upstream of [second, third]) upstream.reset();
  const at = (name: string, url: string, auth: Provider['auth']): Provider =>
    exampleProvider({ name, origin: originOf(new URL(url)), auth });
  const gateway = await startInProcess({
    providers: [
      at('first', 'http://127.0.0.1:9', KEY),
      at('second', second.url, KEY),
      at('anthropic', third.url, { kind: 'caller' }),
    ],
    routes: {
      tiers: { opus: [to('first')], sonnet: [to('second')], haiku: [to('first')] },
      netFallback,
    },
  });
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

const askAs = async ({ url }: InProcessGateway, model: string): Promise<number> =>
  (await call(url, '/v1/messages', { headers: { 'x-api-key': 'callers-key' }, body: message(model) })).status;

test('where the network to all targets fails, the fallback is asked under the requested name, as the caller', () =>
  withoutNetwork('anthropic', async (gateway) => {
    assert.equal(await askAs(gateway, 'claude-opus-5-5'), 200);
    assert.deepEqual(
      gateway.records[0]?.attempts.map(({ provider, reason, sentModel }) => [provider, reason, sentModel]),
      [
        ['first', undefined, 'model-of-first'],
        ['anthropic', 'net_fallback', 'claude-opus-5-5'],
      ],
    );
    const [asked] = third.requests;
    assert.equal(asked && headerOf(asked, 'x-api-key'), 'callers-key');
    second.script({ answer: status(500) });
    assert.equal(await askAs(gateway, 'claude-sonnet-5-5'), 500, 'an answer is no failure of the network');
    assert.equal(third.requests.length, 1);
  }));

test('without a fallback a failure of the network stays visible', () =>
  withoutNetwork(undefined, async (gateway) => {
    assert.equal(await askAs(gateway, 'claude-opus-5-5'), 502);
    assert.equal(third.requests.length, 0);
  }));

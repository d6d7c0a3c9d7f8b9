/** Who answers in which mode, and how the mode is switched while the gateway runs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Explanation } from '../../src/contract/explain.ts';
import type { ModeBody } from '../../src/contract/mode.ts';
import { originOf } from '../../src/domain/origin.ts';
import { Secret } from '../../src/lib/secret.ts';
import { held, text } from '../support/answers.ts';
import { call, message, type Called } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import {
  ADMIN_TOKEN,
  startInProcess,
  type InProcessGateway,
  type SnapshotChanges,
} from '../support/in-process-gateway.ts';
import { modelOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

let anthropic: ScriptedUpstream;
let other: ScriptedUpstream;

before(async () => {
  [anthropic, other] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
});

after(async () => {
  await Promise.all([anthropic.close(), other.close()]);
});

const OWN_KEY = {
  kind: 'secret',
  header: 'x-api-key',
  scheme: undefined,
  secret: new Secret('own-key'),
} as const;

/** Everything is routed to `other/cheap`; `anthropic` is where what is not routed goes. */
async function withGateway(
  changes: Partial<SnapshotChanges>,
  act: (gateway: InProcessGateway) => Promise<void>,
): Promise<void> {
  for (const upstream of [anthropic, other]) upstream.reset();
  const cheap = [{ provider: 'other', model: 'cheap' }] as const;
  const gateway = await startInProcess({
    providers: [
      exampleProvider({
        name: 'anthropic',
        origin: originOf(new URL(anthropic.url)),
        auth: { kind: 'caller' },
      }),
      exampleProvider({ name: 'other', origin: originOf(new URL(other.url)), auth: OWN_KEY }),
    ],
    routes: { tiers: { opus: cheap, sonnet: cheap, haiku: cheap }, fallback: cheap },
    ...changes,
  });
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

const ask = ({ url }: InProcessGateway): Promise<Called> =>
  call(url, '/v1/messages', { headers: { 'x-api-key': 'k' }, body: message('claude-opus-4-8') });

/** As the predecessors' users write it: curl gives such a body the content type of a form. */
const switchTo = ({ url }: InProcessGateway, mode: string): Promise<Called> => {
  const body = JSON.stringify({ mode });
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
  };
  return call(url, '/api/mode', { method: 'PUT', headers, body });
};

const modeOf = async ({ url }: InProcessGateway): Promise<ModeBody> => {
  const { body } = await call(url, '/api/mode', { method: 'GET' });
  return JSON.parse(body.toString()) as ModeBody;
};

async function explain({ url }: InProcessGateway): Promise<Explanation> {
  const text = JSON.stringify({ body: message('claude-opus-4-8') });
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-length': String(text.length) };
  const { body } = await call(url, '/api/explain', { headers, body: text });
  return JSON.parse(body.toString()) as Explanation;
}

test('in mode target the routes decide, in anthropic-only the passthrough provider alone', async () => {
  await withGateway({}, async (gateway) => {
    assert.match(String((await ask(gateway)).headers['x-switchyard-decision']), /rule=tier; target=other/);
    assert.equal((await switchTo(gateway, 'anthropic-only')).status, 200);
    const answered = await ask(gateway);
    assert.match(
      String(answered.headers['x-switchyard-decision']),
      /^rule=anthropic-only; target=anthropic\/claude-opus-4-8; attempts=1;/,
    );
    assert.deepEqual([anthropic.requests.length, other.requests.length], [1, 1]);
    const [request] = anthropic.requests;
    assert.equal(request && modelOf(request), 'claude-opus-4-8');
    const { decision } = await gateway.record(2);
    assert.match(
      decision?.evidence ?? '',
      /mode anthropic-only: anthropic answers; the routes say other\/cheap/,
    );
    assert.equal(decision?.tier, 'opus');
  });
});

test('a forced model is followed in mode target alone', async () => {
  const forced = { provider: 'other', model: 'forced' };
  await withGateway({ routes: { forced }, mode: { configured: 'anthropic-only' } }, async (gateway) => {
    await ask(gateway);
    assert.deepEqual(anthropic.requests.map(modelOf), ['claude-opus-4-8']);
  });
});

test('the mode is switched without a token from this machine, shown, and forgotten at a restart', async () => {
  await withGateway({}, async (gateway) => {
    assert.deepEqual(await modeOf(gateway), {
      mode: 'target',
      configured: 'target',
      switched: false,
      allowed: ['target', 'compare', 'anthropic-only'],
      copies: { running: 0, sent: 0, kept: 0, lost: 0, skipped: {} },
    });
    const { status, body } = await switchTo(gateway, 'compare');
    assert.equal(status, 200);
    assert.equal((JSON.parse(body.toString()) as ModeBody).mode, 'compare');
    const shown = await call(gateway.url, '/api/status', { method: 'GET' });
    const { mode } = JSON.parse(shown.body.toString()) as { mode: ModeBody };
    assert.deepEqual([mode.mode, mode.configured, mode.switched], ['compare', 'target', true]);
    assert.ok(gateway.logged.some(({ message: line }) => line.startsWith('[Mode] compare from now on')));
    await switchTo(gateway, 'target');
    assert.equal((await modeOf(gateway)).switched, false);
    await switchTo(gateway, 'compare');
  });
  await withGateway({}, async (gateway) => assert.equal((await modeOf(gateway)).mode, 'target'));
});

test('a mode that was not allowed at launch is refused with 403 and a sentence', async () => {
  await withGateway({ mode: { allowed: ['target', 'compare'] } }, async (gateway) => {
    const { status, body } = await switchTo(gateway, 'anthropic-only');
    assert.equal(status, 403);
    const { error } = JSON.parse(body.toString()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'mode_not_allowed');
    assert.match(error.message, /was not allowed at launch: start the gateway with --allow-anthropic-only/);
    assert.equal((await modeOf(gateway)).mode, 'target');
    assert.equal((await switchTo(gateway, 'nonsense')).status, 400);
  });
});

test('a web page cannot switch the mode', async () => {
  await withGateway({}, async (gateway) => {
    const body = JSON.stringify({ mode: 'compare' });
    const headers = { origin: 'https://evil.example', 'content-length': String(body.length) };
    assert.equal((await call(gateway.url, '/api/mode', { method: 'PUT', headers, body })).status, 403);
    assert.equal((await modeOf(gateway)).mode, 'target');
  });
});

test('a request under way keeps the mode it began with', async () => {
  await withGateway({}, async (gateway) => {
    const released = Promise.withResolvers<void>();
    other.script({ answer: held(text('late'), released.promise) });
    const waiting = ask(gateway);
    await other.request(1);
    await switchTo(gateway, 'anthropic-only');
    released.resolve();
    assert.match(String((await waiting).headers['x-switchyard-decision']), /rule=tier; target=other/);
    assert.equal(anthropic.requests.length, 0);
  });
});

test('explain tells the mode, who answers, and where a copy would go', async () => {
  await withGateway({ compare: { sample: 0.25 } }, async (gateway) => {
    assert.deepEqual([(await explain(gateway)).mode, (await explain(gateway)).copy], ['target', null]);
    await switchTo(gateway, 'compare');
    const explained = await explain(gateway);
    assert.deepEqual([explained.mode, explained.rule], ['compare', 'compare']);
    assert.deepEqual(explained.targets, [{ provider: 'anthropic', model: null }]);
    assert.deepEqual(explained.copy, {
      target: { provider: 'other', model: 'cheap' },
      sample: 0.25,
      skipped: [],
    });
    await switchTo(gateway, 'anthropic-only');
    assert.equal((await explain(gateway)).copy, null);
    assert.deepEqual([anthropic.requests.length, other.requests.length], [0, 0]);
  });
});

test('explain tells why nobody would get a copy', async () => {
  const list = (provider: string) => [{ provider, model: undefined }] as const;
  const reasons = async (targets: readonly [{ provider: string; model: undefined }]): Promise<string> => {
    let told = '';
    await withGateway({ mode: { configured: 'compare' }, compare: { targets } }, async (gateway) => {
      gateway.running.configuration.snapshot();
      const { copy } = await explain(gateway);
      assert.equal(copy?.target, null);
      told = copy.skipped.map(({ reason }) => reason).join();
    });
    return told;
  };
  assert.match(await reasons(list('anthropic')), /gives the answer that would be compared/);
  assert.match(await reasons(list('nobody')), /is not configured/);
});

test('a target that takes the caller’s own credential gets no copy, and the next one does', async () => {
  const relay = exampleProvider({ name: 'relay', auth: { kind: 'caller' } });
  const targets = [
    { provider: 'relay', model: undefined },
    { provider: 'other', model: 'cheap' },
  ] as const;
  const origin = (upstream: ScriptedUpstream) => originOf(new URL(upstream.url));
  const providers = [
    exampleProvider({ name: 'anthropic', origin: origin(anthropic), auth: { kind: 'caller' } }),
    exampleProvider({ name: 'other', origin: origin(other), auth: OWN_KEY }),
    relay,
  ];
  await withGateway({ providers, mode: { configured: 'compare' }, compare: { targets } }, async (gateway) => {
    const { copy } = await explain(gateway);
    assert.deepEqual(copy?.target, { provider: 'other', model: 'cheap' });
    assert.match(copy.skipped[0]?.reason ?? '', /caller's own credential, which never goes with a copy/);
  });
});

test('a new configuration brings its mode along, unless somebody has switched it', async () => {
  await withGateway({}, async (gateway) => {
    const { configuration } = gateway.running;
    const reload = (configured: 'target' | 'compare'): void => {
      const snapshot = configuration.snapshot();
      const mode = { ...snapshot.mode, configured };
      configuration.applySnapshot({ snapshot: { ...snapshot, mode }, path: undefined });
    };
    reload('compare');
    assert.deepEqual([(await modeOf(gateway)).mode, (await modeOf(gateway)).switched], ['compare', false]);
    await switchTo(gateway, 'anthropic-only');
    reload('target');
    assert.equal((await modeOf(gateway)).mode, 'anthropic-only');
    const told = gateway.logged.map(({ message: line }) => line).filter((line) => line.startsWith('[Mode]'));
    assert.deepEqual(told, [
      '[Mode] compare from now on (was target)',
      '[Mode] anthropic-only from now on (was compare), until a restart',
    ]);
  });
});

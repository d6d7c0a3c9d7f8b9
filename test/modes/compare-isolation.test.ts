/** Whatever a caller shows, and in whatever way: not a byte of it goes with a copy. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANTHROPIC_ORIGIN, originOf } from '../../src/domain/origin.ts';
import { Secret } from '../../src/lib/secret.ts';
import { call, message } from '../support/call.ts';
import { testAuthority } from '../support/certificates.ts';
import { startCompareRig, type CompareRig } from '../support/compare-rig.ts';
import { CREDENTIAL_KINDS, showCredential } from '../support/credential-kinds.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { findSecret } from '../support/find-secret.ts';
import { headerOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

const OWN_KEY = 'own-key-of-the-copies-4711';
const opened = new AsyncDisposableStack();
let anthropic: ScriptedUpstream;
let third: ScriptedUpstream;
let rig: CompareRig;

/** Anthropic behind its own origin, so that logins are taken for what they are; a third party for the copies. */
before(async () => {
  anthropic = await startScriptedUpstream({ tls: testAuthority().issue(['api.anthropic.com']) });
  third = await startScriptedUpstream();
  opened.defer(async () => anthropic.close());
  opened.defer(async () => third.close());
  const own = {
    kind: 'secret',
    header: 'x-api-key',
    scheme: undefined,
    secret: new Secret(OWN_KEY),
  } as const;
  const origin = originOf(new URL(third.url));
  const to = (provider: string) => [{ provider, model: 'glm' }] as const;
  rig = await startCompareRig({
    providers: [
      exampleProvider({
        name: 'anthropic',
        origin: ANTHROPIC_ORIGIN,
        connectTo: { host: '127.0.0.1', port: anthropic.port },
        certificateAuthorities: testAuthority().certificate,
        auth: { kind: 'caller' },
      }),
      exampleProvider({ name: 'own', origin, auth: own }),
      exampleProvider({ name: 'chat', origin, format: 'openai-chat', basePath: '/v1', auth: own }),
      exampleProvider({ name: 'local', origin, auth: { kind: 'none' } }),
      exampleProvider({ name: 'relay', origin, auth: { kind: 'caller' } }),
    ],
    routes: {
      tiers: { opus: to('own'), sonnet: to('chat'), haiku: to('local') },
      fallback: to('relay'),
    },
  });
  opened.defer(async () => rig.close());
});
after(async () => opened.disposeAsync());

const ROUTES = {
  'a key of its own': { model: 'claude-opus-4-8', key: OWN_KEY },
  'a key of its own, in another format': { model: 'claude-sonnet-5', key: OWN_KEY },
  'no credential at all': { model: 'claude-haiku-4-5', key: undefined },
} as const;

for (const [to, { model, key }] of Object.entries(ROUTES))
  test(`no byte of a caller’s credential goes to a target with ${to}`, async () => {
    let searched = 0;
    for (const kind of CREDENTIAL_KINDS)
      for (const stream of [true, false]) {
        third.reset();
        const { headers, query, secret } = showCredential(kind);
        const path = `/v1/messages${query === '' ? '' : `?${query}`}`;
        const shown: Record<string, string[]> = {};
        for (const [name, value] of headers) (shown[name] ??= []).push(value);
        const sent = (await rig.copies()).sent;
        const answered = await call(rig.gateway.url, path, {
          headers: shown,
          body: message(model, { stream }),
        });
        // Anthropic's origin does not take everybody's keys; then there is nothing to compare.
        if (answered.status !== 200) continue;
        const copy = await third.request(1);
        assert.equal(headerOf(copy, 'x-api-key'), key, kind);
        await until('the copy', async () => {
          const counts = await rig.copies();
          return counts.sent === sent + 1 && counts.running === 0;
        });
        const leak = findSecret(third.receivedBytes(), secret);
        searched += 1;
        assert.equal(leak, undefined, `${kind}, ${stream ? 'streamed' : 'whole'}: ${leak}`);
      }
    assert.ok(searched >= 40, `only ${searched} requests were copied`);
  });

test('a login reaches Anthropic in the same exchanges, so that the search above looks for what was there', async () => {
  const { headers, secret } = showCredential('a login');
  third.reset();
  const shown = Object.fromEntries(headers.map(([name, value]) => [name, [value]]));
  await call(rig.gateway.url, '/v1/messages', { headers: shown, body: message('claude-opus-4-8') });
  await third.request(1);
  assert.notEqual(findSecret(anthropic.receivedBytes(), secret), undefined);
  assert.equal(findSecret(third.receivedBytes(), secret), undefined);
});

test('a target that takes the caller’s credential is asked by nobody', async () => {
  third.reset();
  const { sent } = await rig.copies();
  for (let index = 0; index < 5; index++) await rig.ask(message('some-other-model'));
  assert.equal((await rig.copies()).sent, sent);
  assert.equal(third.requests.length, 0);
  const body = { body: message('some-other-model') };
  const explained = await rig.admin<{ copy: { target: null; skipped: { reason: string }[] } }>(
    'POST',
    '/api/explain',
    body,
  );
  assert.equal(explained.copy.target, null);
  assert.match(
    explained.copy.skipped[0]?.reason ?? '',
    /takes the caller's own credential, which never goes/,
  );
});

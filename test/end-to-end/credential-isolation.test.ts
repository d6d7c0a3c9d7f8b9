/**
 * Every kind of credential, alone and two at a time, on every way a request can take. Whatever arrives anywhere
 * is searched for it: a credential may stand only where the route's own provider asks for exactly such a one.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANTHROPIC_ORIGIN, originOf } from '../../src/domain/origin.ts';
import type { Provider } from '../../src/domain/provider.ts';
import type { ModelMapping } from '../../src/routing/route-settings.ts';
import { Secret } from '../../src/lib/secret.ts';
import { agent, status } from '../support/answers.ts';
import { call, message, type Called } from '../support/call.ts';
import { testAuthority } from '../support/certificates.ts';
import { CREDENTIAL_KINDS, showCredential, type ShownCredential } from '../support/credential-kinds.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { findSecret } from '../support/find-secret.ts';
import { PATIENT, startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { headerOf, modelOf } from '../support/recorded-request.ts';
import { jsonReply, type Answer } from '../support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

/** `elsewhere` is where redirects point to: nothing may ever arrive there. */
const NAMES = ['anthropic', 'third', 'local', 'relay', 'elsewhere'] as const;
type Name = (typeof NAMES)[number];

const OWN_KEY = 'own-key-of-the-third-party-4711';
const upstreams = new Map<Name, ScriptedUpstream>();
let gateway: InProcessGateway;
let forced: InProcessGateway;
const opened = new AsyncDisposableStack();

/** What an upstream does is decided by the model it is asked for. */
const byModel: Answer = (request) => {
  const model = modelOf(request);
  if (model.includes('overloaded')) return status(529)(request);
  if (model.includes('failing')) return status(500)(request);
  if (!model.includes('redirect') && !request.target.includes('redirect')) return agent(request);
  return jsonReply(307, {}, [['location', `${upstream('elsewhere').url}/v1/messages`]]);
};

function upstream(name: Name): ScriptedUpstream {
  const found = upstreams.get(name);
  if (found === undefined) throw new Error(`${name} has not been started`);
  return found;
}

function at(name: Name, changes: Partial<Provider>): Provider {
  return exampleProvider({ name, origin: originOf(new URL(upstream(name).url)), ...changes });
}

function providers(): Provider[] {
  const own = {
    kind: 'secret',
    header: 'x-api-key',
    scheme: undefined,
    secret: new Secret(OWN_KEY),
  } as const;
  return [
    exampleProvider({
      name: 'anthropic',
      origin: ANTHROPIC_ORIGIN,
      connectTo: { host: '127.0.0.1', port: upstream('anthropic').port },
      certificateAuthorities: testAuthority().certificate,
      auth: { kind: 'caller' },
    }),
    at('third', {
      auth: own,
      filters: { betas: { kind: 'allow', values: [] }, thinking: 'foreign', billingHeader: 'remove' },
    }),
    at('third', { name: 'chat', format: 'openai-chat', basePath: '/v1', auth: own }),
    at('local', { auth: { kind: 'none' } }),
    at('relay', { auth: { kind: 'caller' }, basePath: '/api/anthropic' }),
  ];
}

/** A model name of the form `a>b`: first a, then b, asked for under the name behind the colon. */
function mapping(match: string, ...targets: [string, ...string[]]): ModelMapping {
  const parsed = targets.map((text) => {
    const [provider = '', model] = text.split(':');
    return { provider, model };
  });
  const [first, ...others] = parsed;
  if (first === undefined) throw new Error('a mapping needs a target');
  return { match, targets: [first, ...others] };
}

before(async () => {
  for (const name of NAMES) {
    const tls = name === 'anthropic' ? { tls: testAuthority().issue(['api.anthropic.com']) } : {};
    const started = await startScriptedUpstream({ answer: byModel, ...tls });
    upstreams.set(name, started);
    opened.defer(async () => started.close());
  }
  const mappings = [
    mapping('to-third', 'third:glm'),
    mapping('to-chat', 'chat:glm'),
    mapping('to-local', 'local:llama'),
    mapping('to-relay', 'relay:r1'),
    mapping('third-then-anthropic', 'third:overloaded', 'anthropic:claude-opus-4-8'),
    mapping('anthropic-then-third', 'anthropic:overloaded', 'third:glm'),
    mapping('anthropic-fails-then-local', 'anthropic:failing', 'local:llama'),
    mapping('anthropic-then-relay', 'anthropic:overloaded', 'relay:r1'),
    mapping('relay-then-third', 'relay:overloaded', 'third:glm'),
    mapping('third-redirects', 'third:redirect'),
  ];
  gateway = await startInProcess({ providers: providers(), routes: { mappings }, guard: PATIENT });
  opened.defer(async () => gateway.stop());
  forced = await startInProcess({
    providers: providers(),
    routes: { forced: { provider: 'third', model: 'glm' } },
  });
  opened.defer(async () => forced.stop());
});
after(async () => opened.disposeAsync());

interface Route {
  readonly path?: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: object;
  readonly forced?: true;
  /** Where the request arrives when it carries no credential at all. */
  readonly arrives: readonly Name[];
}

const tag = (target: string): { readonly system: string } => ({
  system: `<CCR-SUBAGENT-MODEL>${target}</CCR-SUBAGENT-MODEL>`,
});

const ROUTES: Readonly<Record<string, Route>> = {
  'the same origin': { body: message('claude-opus-4-8'), arrives: ['anthropic'] },
  'the same origin, streamed': { body: message('claude-opus-4-8', { stream: true }), arrives: ['anthropic'] },
  'a third party with a key of its own': { body: message('to-third'), arrives: ['third'] },
  'a third party in another dialect': {
    path: '/v1/chat/completions',
    body: message('to-chat'),
    arrives: ['third'],
  },
  'a local server': { body: message('to-local'), arrives: ['local'] },
  'a relay that asks for callers’ credentials': { body: message('to-relay'), arrives: ['relay'] },
  'fail-over from Anthropic to a third party': {
    body: message('anthropic-then-third'),
    arrives: ['anthropic', 'third'],
  },
  'fail-over from Anthropic to a local server': {
    body: message('anthropic-fails-then-local'),
    arrives: ['anthropic', 'local'],
  },
  'fail-over from a third party to Anthropic': {
    body: message('third-then-anthropic'),
    arrives: ['third', 'anthropic'],
  },
  'fail-over from Anthropic to a relay': {
    body: message('anthropic-then-relay'),
    arrives: ['anthropic', 'relay'],
  },
  'fail-over from a relay to a third party': {
    body: message('relay-then-third'),
    arrives: ['relay', 'third'],
  },
  'count_tokens at Anthropic': {
    path: '/v1/messages/count_tokens',
    body: message('claude-opus-4-8'),
    arrives: ['anthropic'],
  },
  'count_tokens at a third party': {
    path: '/v1/messages/count_tokens',
    body: message('to-third'),
    arrives: ['third'],
  },
  'another path': { path: '/api/oauth/usage', method: 'GET', arrives: ['anthropic'] },
  'another path with a body': {
    path: '/v1/embeddings',
    body: { input: 'x', model: 'to-third' },
    arrives: ['anthropic'],
  },
  'a redirect by Anthropic': { body: message('claude-opus-redirect'), arrives: ['anthropic'] },
  'a redirect by a third party': { body: message('third-redirects'), arrives: ['third'] },
  'a redirect on another path': { path: '/v1/files/redirect', method: 'DELETE', arrives: ['anthropic'] },
  'a subagent sent to a third party': {
    body: message('claude-opus-4-8', tag('third/glm')),
    arrives: ['third'],
  },
  'a subagent sent to a relay': { body: message('claude-opus-4-8', tag('relay/r1')), arrives: ['relay'] },
  'a forced target': { body: message('claude-opus-4-8'), forced: true, arrives: ['third'] },
};

async function send(route: Route, shown: readonly ShownCredential[]): Promise<Called> {
  for (const name of NAMES) upstream(name).reset();
  const headers: Record<string, string[]> = {};
  for (const [name, value] of shown.flatMap((credential) => credential.headers))
    headers[name] = [...(headers[name] ?? []), value];
  const query = ['beta=true', ...shown.map((credential) => credential.query)].filter((part) => part !== '');
  const { path = '/v1/messages', method = 'POST', body } = route;
  const { url } = route.forced === true ? forced : gateway;
  return call(url, `${path}?${query.join('&')}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

/** Everything that stands where it must not after one request. */
function leaksOf(shown: readonly ShownCredential[], answer: Called): string[] {
  const leaks: string[] = [];
  for (const name of NAMES) {
    const bytes = upstream(name).receivedBytes();
    for (const { kind, secret, mayReach } of shown) {
      if (mayReach.some((allowed) => allowed === name)) continue;
      const how = findSecret(bytes, secret);
      if (how !== undefined) leaks.push(`${kind} reached ${name}, ${how}`);
    }
    if (name !== 'third' && findSecret(bytes, OWN_KEY) !== undefined) leaks.push(`our key reached ${name}`);
  }
  const answered = Buffer.concat([Buffer.from(JSON.stringify(answer.headers)), answer.body]);
  for (const secret of [...shown.map((each) => each.secret), OWN_KEY])
    if (findSecret(answered, secret) !== undefined) leaks.push('it stands in the answer');
  return leaks;
}

/** Each kind alone, and two at a time: of the pairs every third, which still pairs each kind with ten others. */
const SETS: readonly (readonly string[])[] = [
  ...CREDENTIAL_KINDS.map((kind) => [kind]),
  ...CREDENTIAL_KINDS.flatMap((one, index) =>
    CREDENTIAL_KINDS.slice(index + 1)
      .filter((_, distance) => (index + distance) % 3 === 0)
      .map((other) => [one, other]),
  ),
];

test('the matrix has at least 2,000 cells', () => {
  const cells = SETS.length * Object.keys(ROUTES).length;
  assert.ok(cells >= 2_000, `${cells} cells`);
});

describe('no credential reaches an origin that it is not for', () => {
  for (const [name, route] of Object.entries(ROUTES)) {
    test(`${name}: ${SETS.length} sets of credentials`, async () => {
      const leaks: string[] = [];
      for (const kinds of SETS) {
        const shown = kinds.map(showCredential);
        const answer = await send(route, shown);
        leaks.push(...leaksOf(shown, answer).map((leak) => `${kinds.join(' + ')}: ${leak}`));
        assert.equal(upstream('elsewhere').connections, 0);
      }
      assert.deepEqual(leaks, []);
    });

    test(`${name}: without a credential the request arrives, with ours where we have one`, async () => {
      await send(route, []);
      for (const where of NAMES) {
        const { requests } = upstream(where);
        assert.equal(requests.length > 0, route.arrives.includes(where), where);
        for (const request of requests) {
          assert.equal(headerOf(request, 'x-api-key'), where === 'third' ? OWN_KEY : undefined, where);
        }
      }
    });
  }
});

describe('a credential that may reach Anthropic does', () => {
  for (const kind of CREDENTIAL_KINDS) {
    test(kind, async () => {
      const shown = showCredential(kind);
      const { status: answered } = await send({ body: message('claude-opus-4-8'), arrives: [] }, [shown]);
      const arrived = upstream('anthropic').receivedBytes().includes(shown.secret);
      assert.equal(arrived, shown.mayReach.includes('anthropic'), `status ${answered}`);
    });
  }
});

test('a login that may not go to the second target gets the first one’s failure, not a lasting refusal', async () => {
  const answer = await send({ body: message('anthropic-then-relay'), arrives: [] }, [
    showCredential('a login'),
  ]);
  assert.equal(answer.status, 529);
  assert.match(answer.body.toString(), /anthropic refused with status 529/);
  assert.notEqual(answer.headers['x-should-retry'], 'false');
  assert.equal(upstream('relay').requests.length, 0);
});

test('T3: a login arrives byte for byte, beside its beta', async () => {
  const headers = { Authorization: 'Bearer sk-ant-oat01-a  b', 'Anthropic-Beta': 'x-1, oauth-2025-04-20' };
  upstream('anthropic').reset();
  await call(gateway.url, '/v1/messages', { headers, body: message('claude-opus-4-8') });
  const text = upstream('anthropic').receivedBytes().toString('latin1');
  assert.ok(text.includes('\r\nAuthorization: Bearer sk-ant-oat01-a  b\r\n'));
  assert.ok(text.includes('\r\nAnthropic-Beta: x-1, oauth-2025-04-20\r\n'));
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { frontDoor, nextUrl } from '../domain/chain.ts';
import { build } from './config.test-data.ts';
import type { ConfigSnapshot } from './snapshot.ts';

const VARIABLES = { ENTRY_KEY: 'entry-key-1234567', UPSTREAM_KEY: 'upstream-key-123' };

const PROVIDERS = `
providers:
  up: { base_url: "https://up.example/api", auth: { secret: env:UPSTREAM_KEY } }
  chatty: { base_url: "https://chatty.example/v1", format: openai-chat, auth: { secret: env:UPSTREAM_KEY } }
`;

function attempt(entries: string, more = '') {
  return build({ yaml: `${PROVIDERS}${more}\nchain:\n  entries:\n${entries}`, variables: VARIABLES });
}

function chained(entries: string, more = ''): ConfigSnapshot {
  const { snapshot, texts } = attempt(entries, more);
  assert.ok(snapshot, texts.join('\n'));
  return snapshot;
}

const HEADROOM = `    - { id: headroom, name: Headroom, port: 8787, service_cmd: "headroom proxy --port {port}" }\n`;

test('without entries clients go to the gateway and providers are reached directly', () => {
  const { snapshot } = build({});
  assert.ok(snapshot);
  assert.deepEqual(snapshot.chain, { autostart: true, entries: [] });
  assert.equal(frontDoor(snapshot.chain.entries), undefined);
  assert.equal(snapshot.providers.get('anthropic')?.via, undefined);
});

test('an entry says little and the rest is filled in', () => {
  const [entry] = chained(HEADROOM).chain.entries;
  assert.deepEqual(entry, {
    kind: 'http',
    id: 'headroom',
    name: 'Headroom',
    side: 'before',
    enabled: true,
    url: 'http://127.0.0.1:8787',
    healthPath: '/health',
    timeout: 90_000,
    authKey: undefined,
    extraHeaders: [],
    providers: [],
    modelPrefixes: [],
    service: {
      start: { kind: 'words', words: ['headroom', 'proxy', '--port', '{port}'] },
      stop: undefined,
      environment: new Map(),
    },
  });
});

test('clients get the first enabled service before the gateway, and each entry the next one', () => {
  const { chain } = chained(`
    - { id: off, name: Off, port: 1, enabled: false }
    - { id: rtk, name: RTK, type: cli_wrapper }
    - { id: second, name: Second, port: 2, order: 9 }
    - { id: first, name: First, url: "http://localhost:3/base/", order: 1.5 }
    - { id: behind, name: Behind, port: 4, side: after, providers: [up] }
`);
  assert.equal(frontDoor(chain.entries), 'http://localhost:3/base');
  const next = Object.fromEntries(
    chain.entries.flatMap((entry) =>
      entry.kind === 'http' ? [[entry.id, nextUrl(chain.entries, entry, 'http://gateway')]] : [],
    ),
  );
  assert.deepEqual(next, {
    off: 'http://localhost:3/base',
    first: 'http://127.0.0.1:2',
    second: 'http://gateway',
    behind: undefined,
  });
});

test('an entry after the gateway takes the place of its providers, with its own credential in their header', () => {
  const { providers } = chained(
    `    - id: cpa
      name: CLIProxyAPI
      side: after
      url: http://127.0.0.1:8317/x
      auth_key: env:ENTRY_KEY
      extra_headers: { X-Team: compilers, x-api-key: env:ENTRY_KEY }
      providers: [up, chatty]
`,
  );
  const reached = (name: string) => {
    const provider = providers.get(name);
    assert.ok(provider);
    const { via, origin, basePath, auth, extraHeaders } = provider;
    const key = auth.kind === 'secret' ? [auth.header, auth.scheme, auth.secret.reveal()] : auth.kind;
    return {
      via,
      origin,
      basePath,
      key,
      extra: extraHeaders.map((each) => [each.name, each.value.reveal()]),
    };
  };
  const extra = [
    ['x-team', 'compilers'],
    ['x-api-key', 'entry-key-1234567'],
  ];
  const place = { via: 'cpa', origin: 'http://127.0.0.1:8317', basePath: '/x', extra };
  assert.deepEqual(reached('up'), { ...place, key: ['x-api-key', undefined, 'entry-key-1234567'] });
  assert.deepEqual(reached('chatty'), { ...place, key: ['authorization', 'Bearer', 'entry-key-1234567'] });
  assert.equal(providers.get('anthropic')?.origin, 'https://api.anthropic.com');
});

test('model prefixes alone concern every provider but those with the credential of the caller', () => {
  const { providers } = chained(
    `    - { id: cpa, name: C, side: after, port: 8317, model_prefixes: [gpt-, gemini-] }\n`,
  );
  assert.equal(providers.get('up')?.origin, 'https://up.example');
  assert.deepEqual(providers.get('up')?.detours[0]?.modelPrefixes, ['gpt-', 'gemini-']);
  assert.equal(providers.get('up')?.detours[0]?.provider.origin, 'http://127.0.0.1:8317');
  assert.deepEqual(providers.get('up')?.detours[0]?.provider.auth, { kind: 'none' });
  assert.deepEqual(providers.get('anthropic')?.detours, []);
});

const REFUSED: readonly (readonly [what: string, entries: string, says: RegExp, more?: string])[] = [
  ['the gateway itself', '- { id: a, name: A, port: 8082 }', /has the address of this gateway itself/],
  ['the gateway by name', '- { id: a, name: A, url: "http://localhost:8082" }', /this gateway itself/],
  [
    'two entries at one address',
    '- { id: a, name: A, port: 9 }\n    - { id: b, name: B, url: "http://[::1]:9", side: after, providers: [up] }',
    /chain\.entries\[1\] has the same address as the entry a: requests would go in a circle/,
  ],
  [
    'a provider that is an entry before the gateway',
    '- { id: a, name: A, port: 9 }',
    /providers\.back\.base_url is the address of the chain entry a, which sends on to this gateway/,
    '  back: { base_url: "http://localhost:9" }',
  ],
  [
    "a provider with the caller's credential",
    '- { id: a, name: A, port: 9, side: after, providers: [anthropic] }',
    /names anthropic, which is reached with the caller's own credential, and that never passes an entry after/,
  ],
  [
    'a provider that is not there',
    '- { id: a, name: A, port: 9, side: after, providers: [uq] }',
    /Did you mean "up"\?/,
  ],
  [
    'one id for two',
    '- { id: a, name: A, port: 9 }\n    - { id: a, name: B, port: 8 }',
    /is the id of two entries/,
  ],
  ['neither URL nor port', '- { id: a, name: A }', /has neither url nor port/],
  ['a shell in disguise', '- { id: a, name: A, port: 9, service_cmd: "x && y" }', /only a shell understands/],
  [
    'a key in plain text',
    '- { id: a, name: A, port: 9, extra_headers: { Authorization: "Bearer abc" } }',
    /must not hold the secret itself: write env:NAME/,
  ],
  ['a literal auth_key', '- { id: a, name: A, port: 9, auth_key: abc }', /must not hold the secret itself/],
  [
    'a secret among the variables of a service',
    '- { id: a, name: A, port: 9, service_env: { API_KEY: abc } }',
    /API_KEY must not hold the secret itself/,
  ],
  [
    'a URL that a shell would read',
    '- { id: a, name: A, url: "http://127.0.0.1:9/$(id)", service_shell: true, service_cmd: "x {url}" }',
    /must be a plain URL/,
  ],
  ['an id that is no file name', '- { id: ../x, name: A, port: 9 }', /must be letters, digits/],
];

for (const [what, entries, says, more] of REFUSED)
  test(`a chain is refused for ${what}`, () => {
    const { snapshot, texts } = attempt(`    ${entries}\n`, more);
    assert.equal(snapshot, undefined);
    assert.match(texts.join('\n'), says);
  });

test('what is disabled cannot be in the way', () => {
  chained(`    - { id: a, name: A, port: 8082, enabled: false }\n    - { id: b, name: B, port: 9 }\n`);
});

test('an entry whose key is missing refuses requests instead of sending none', () => {
  const { snapshot, texts } = attempt(
    `    - { id: a, name: A, port: 9, side: after, providers: [up], auth_key: env:NOT_SET }\n`,
  );
  assert.equal(snapshot?.providers.get('up')?.auth.kind, 'missing');
  assert.match(texts.join('\n'), /auth_key leads to no key/);
});

test('an entry after the gateway that names nothing is told to get no requests', () => {
  const { texts } = attempt(`    - { id: a, name: A, port: 9, side: after }\n`);
  assert.match(texts.join('\n'), /gets no requests/);
});

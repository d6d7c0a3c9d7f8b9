import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import test from 'node:test';
import { build, type Situation } from '../config.test-data.ts';

function valid(situation: Situation) {
  const { snapshot, texts } = build(situation);
  assert.ok(snapshot, texts.join('\n'));
  return snapshot;
}

const providerOf = (situation: Situation, name: string) => {
  const provider = valid(situation).providers.get(name);
  assert.ok(provider);
  return provider;
};

test('with nothing configured the gateway is a transparent pass-through to Anthropic on loopback', () => {
  const snapshot = valid({});
  const anthropic = [{ provider: 'anthropic', model: undefined }];
  assert.deepEqual(snapshot.routes.tiers, { opus: anthropic, sonnet: anthropic, haiku: anthropic });
  assert.deepEqual(snapshot.routes.fallback, anthropic);
  assert.equal(snapshot.routes.forced, undefined);
  assert.deepEqual(snapshot.passthrough, { provider: 'anthropic', fallback: true });
  assert.deepEqual(snapshot.server.listen, [
    { host: '127.0.0.1', port: 8082 },
    { host: '::1', port: 8082 },
  ]);
  assert.equal(snapshot.server.maxBodyBytes, 32 * 1024 * 1024);
  assert.equal(snapshot.claudeCredentialsFile, false);
  assert.deepEqual(snapshot.warnings, []);
  const provider = snapshot.providers.get('anthropic');
  assert.equal(provider?.origin, 'https://api.anthropic.com');
  assert.deepEqual(provider.auth, { kind: 'caller' });
  assert.deepEqual(provider.filters, { betas: { kind: 'keep' }, thinking: 'keep', billingHeader: 'keep' });
  assert.equal(provider.http, '1.1');
});

test('the clocks have the defaults of the design', () => {
  const { server, providers } = valid({});
  assert.deepEqual(server.clocks, {
    clientHeaders: 10_000,
    clientBody: 60_000,
    clientWriteStall: 120_000,
    keepAlive: 65_000,
    drain: 60_000,
  });
  assert.deepEqual(providers.get('anthropic')?.clocks, {
    connect: 5000,
    tls: 5000,
    h2Headers: 10_000,
    headersStream: 300_000,
    headersWhole: 600_000,
    firstEvent: 300_000,
    idle: 300_000,
    totalStream: 3_600_000,
    totalWhole: 600_000,
  });
});

test('a known provider needs no more than its name', () => {
  const zai = providerOf({ yaml: 'providers: { zai: }', variables: { ZAI_API_KEY: 'key' } }, 'zai');
  assert.equal(zai.origin, 'https://api.z.ai');
  assert.equal(zai.basePath, '/api/anthropic');
  assert.equal(zai.http, '1.1');
  assert.equal(zai.countTokens, 'estimate');
  assert.deepEqual(zai.filters, {
    betas: { kind: 'allow', values: [] },
    thinking: 'foreign',
    billingHeader: 'remove',
  });
  assert.ok(zai.auth.kind === 'secret');
  assert.deepEqual(
    [zai.auth.header, zai.auth.scheme, zai.auth.secret.reveal()],
    ['x-api-key', undefined, 'key'],
  );
});

test('type, name and base URL each say which known provider an entry is', () => {
  const variables = { ZAI_API_KEY: 'key', MINE: 'mine' };
  const table: [string, Partial<Record<'origin' | 'basePath' | 'http', string>>][] = [
    ['p: { type: zai }', { origin: 'https://api.z.ai', basePath: '/api/anthropic' }],
    ['p: { type: zai, format: openai-chat }', { basePath: '/api/paas/v4' }],
    [
      'p: { base_url: "https://api.z.ai/api/coding/paas/v4/" }',
      { basePath: '/api/coding/paas/v4', http: '1.1' },
    ],
    ['p: { type: zai, base_url: "http://10.0.0.9:99/x/" }', { origin: 'http://10.0.0.9:99', basePath: '/x' }],
    ['p: { base_url: "https://api.example" }', { origin: 'https://api.example', basePath: '' }],
  ];
  for (const [entry, expected] of table) {
    const provider = providerOf({ yaml: `providers:\n  ${entry}`, variables }, 'p');
    for (const [key, value] of Object.entries(expected))
      assert.equal(provider[key as keyof typeof expected], value, entry);
  }
});

test('the key goes into the header the provider reads, unless the entry names one', () => {
  const variables = { KEY: 'k', OPENROUTER_API_KEY: 'o' };
  const table: [string, string, string | undefined][] = [
    ['{ base_url: "https://x.example", auth: { secret: "env:KEY" } }', 'x-api-key', undefined],
    [
      '{ base_url: "https://x.example", format: openai-chat, auth: { secret: "env:KEY" } }',
      'authorization',
      'Bearer',
    ],
    [
      '{ base_url: "https://x.example", format: gemini, auth: { secret: "env:KEY" } }',
      'x-goog-api-key',
      undefined,
    ],
    ['{ type: openrouter }', 'authorization', 'Bearer'],
    ['{ type: openrouter, auth: { header: X-Key } }', 'x-key', undefined],
    ['{ type: openrouter, auth: { scheme: Token } }', 'authorization', 'Token'],
    [
      '{ base_url: "https://x.example", auth: { header: Authorization, secret: "env:KEY" } }',
      'authorization',
      'Bearer',
    ],
  ];
  for (const [entry, header, scheme] of table) {
    const { auth } = providerOf({ yaml: `providers: { p: ${entry} }`, variables }, 'p');
    assert.ok(auth.kind === 'secret', entry);
    assert.deepEqual([auth.header, auth.scheme], [header, scheme], entry);
  }
});

test('a secret that is not there does not stop the start; the provider says what it misses', () => {
  const snapshot = valid({ yaml: 'providers: { zai: }\ntiers: { haiku: zai }' });
  assert.deepEqual(snapshot.providers.get('zai')?.auth, { kind: 'missing', reference: 'env:ZAI_API_KEY' });
  assert.match(snapshot.warnings.join(), /providers\.zai\.auth has no credential/);
});

test('a route to a provider that is not configured is an error with a suggestion', () => {
  const table: [string, RegExp][] = [
    ['tiers: { haiku: zia/glm }', /tiers\.haiku names a provider.*Did you mean "zai"/],
    [
      'tiers: { haiku: [zai, nobody/x] }',
      /tiers\.haiku\[1\] names a provider.*Configured are: anthropic, zai/,
    ],
    ['default: zia', /default names/],
    ['mappings: [{ match: a, use: zia }]', /mappings\[0\]\.use names/],
    ['subagents: { types: { Explore: zia } }', /subagents\.types\.Explore names/],
    ['subagents: { default: zia }', /subagents\.default names/],
    ['force: { provider: zia }', /force\.provider names/],
    ['passthrough: { provider: zia }', /passthrough\.provider names/],
  ];
  for (const [route, pattern] of table) {
    const { snapshot, texts } = build({
      yaml: `providers: { zai: }\n${route}`,
      variables: { ZAI_API_KEY: 'k' },
    });
    assert.equal(snapshot, undefined, route);
    assert.match(texts.join('\n'), pattern, route);
  }
});

test('routes keep their order and their models', () => {
  const { routes } = valid({
    yaml: [
      'providers: { zai: , openrouter: }',
      'tiers: { small: [zai/glm-4.7, "openrouter/stepfun/step-3.5-flash:free"] }',
      'mappings: [{ match: "coder-*", use: zai }]',
      'model_tiers: { glm-4.7: haiku }',
      'subagents: { types: { Explore: zai }, default: anthropic }',
      'force: { model: m }',
    ].join('\n'),
  });
  assert.deepEqual(routes.tiers.haiku, [
    { provider: 'zai', model: 'glm-4.7' },
    { provider: 'openrouter', model: 'stepfun/step-3.5-flash:free' },
  ]);
  assert.deepEqual(routes.mappings, [
    { match: 'coder-*', route: 'mappings[0]', targets: [{ provider: 'zai', model: undefined }] },
  ]);
  assert.equal(routes.tierByModel.get('glm-4.7'), 'haiku');
  assert.deepEqual([...routes.subagents.keys()], ['Explore', '*']);
  assert.deepEqual(routes.forced, { provider: undefined, model: 'm' });
});

test('mappings are looked through by priority, under the names of their places; those switched off are left out', () => {
  const { routes } = valid({
    yaml: [
      'providers: { zai: , openrouter: }',
      'mappings:',
      '  - { match: "*", use: zai }',
      '  - { match: "a*", use: zai/off, priority: 9, enabled: false, notes: only for the weekend }',
      '  - { match: "a*", use: { use: [zai/a, openrouter/a], pick: sticky }, priority: 5 }',
      '  - { match: ab, use: zai/ab }',
    ].join('\n'),
  });
  assert.deepEqual(
    routes.mappings.map(({ match, route }) => `${match} ${route}`),
    ['a* mappings[2]', '* mappings[0]', 'ab mappings[3]'],
  );
  assert.deepEqual([...routes.picks.keys()], ['mappings[2]']);
});

test('listening beyond loopback without client keys is refused, with both ways out', () => {
  for (const listen of ['0.0.0.0:8082', '[::]:8082', '192.168.1.20:8082', 'gateway.example:8082']) {
    const { snapshot, texts } = build({ yaml: `server: { listen: ["127.0.0.1:8082", "${listen}"] }` });
    assert.equal(snapshot, undefined, listen);
    assert.match(
      texts.join(),
      /Either listen on localhost:8082 only, or make a key for each client: switchyard keys create/,
    );
  }
  const keys = 'client_keys: [{ name: laptop, secret: "env:LAPTOP" }]';
  const { server } = valid({
    yaml: `server: { listen: "0.0.0.0:8082", ${keys} }`,
    variables: { LAPTOP: 'sy-0123456789abcdef' },
  });
  const [key] = server.clientKeys;
  assert.equal(key && 'secret' in key && key.secret.reveal(), 'sy-0123456789abcdef');
});

test('a client key without its secret is an error: an empty key would let everyone in', () => {
  const yaml =
    'server: { listen: "0.0.0.0:8082", client_keys: [{ name: a, secret: "env:NOPE" }, { name: a, secret: "env:SHORT" }] }';
  const { snapshot, texts } = build({ yaml, variables: { SHORT: 'short' } });
  assert.equal(snapshot, undefined);
  assert.match(texts.join('\n'), /client_keys\[0\]\.secret leads to no client key/);
  assert.match(texts.join('\n'), /client_keys\[1\]\.name is the name of two/);
  assert.match(texts.join('\n'), /client_keys\[1\]\.secret is shorter than 16/);
});

test('T64: a provider that is this gateway itself is refused, under every name it has', () => {
  for (const entry of [
    'base_url: "http://localhost:8082"',
    'base_url: "http://192.168.1.20:8082/v1"',
    'base_url: "http://workstation:8082"',
    'base_url: "https://api.example", connect_to: "127.0.0.1:8082"',
  ]) {
    const { snapshot, texts } = build({
      yaml: `providers: { p: { ${entry} } }`,
      machine: ['192.168.1.20', 'workstation'],
    });
    assert.equal(snapshot, undefined, entry);
    assert.match(texts.join(), /is the address of this gateway itself/);
  }
  valid({ yaml: 'providers: { ollama: , headroom: { base_url: "http://localhost:8787" } }' });
});

test('the HTTP version is settled here: auto is 1.1, and 2 needs https', () => {
  const http = (entry: string) => providerOf({ yaml: `providers: { p: ${entry} }` }, 'p').http;
  assert.equal(http('{ base_url: "https://x.example" }'), '1.1');
  assert.equal(http('{ base_url: "https://x.example", http: auto }'), '1.1');
  assert.equal(http('{ base_url: "https://x.example", http: 2 }'), '2');
  assert.equal(http('{ base_url: "https://x.example", http: 1.1 }'), '1.1');
  assert.match(
    build({ yaml: 'providers: { p: { base_url: "http://x.example", http: 2 } }' }).texts.join(),
    /needs an https/,
  );
});

test('the outbound proxy comes from the entry, else from the environment unless NO_PROXY says no', () => {
  const proxy = (entry: string, variables: Record<string, string>) =>
    providerOf({ yaml: `providers: { p: { base_url: "https://x.example"${entry} } }`, variables }, 'p')
      .outboundProxy?.origin;
  const variables = { HTTPS_PROXY: 'http://me:pw@proxy:3128', CORPORATE: 'http://other:1' };
  assert.equal(proxy('', variables), 'http://proxy:3128');
  assert.equal(proxy(', proxy: none', variables), undefined);
  assert.equal(proxy(', proxy: "http://third:2"', variables), 'http://third:2');
  assert.equal(proxy(', proxy: "env:CORPORATE"', variables), 'http://other:1');
  assert.equal(proxy('', { ...variables, NO_PROXY: 'x.example' }), undefined);
  assert.equal(proxy(', connect_to: "127.0.0.1:9"', variables), undefined);
});

test('a proxy that is this gateway is ignored with a warning from the environment, refused from the file', () => {
  const snapshot = valid({ variables: { HTTPS_PROXY: 'http://localhost:8082' } });
  assert.equal(snapshot.providers.get('anthropic')?.outboundProxy, undefined);
  assert.match(snapshot.warnings.join(), /HTTPS_PROXY points at this gateway itself/);
  assert.match(
    valid({ variables: { HTTPS_PROXY: 'socks5://x' } }).warnings.join(),
    /not the URL of an HTTP proxy/,
  );
  const yaml = 'providers: { p: { base_url: "https://x.example", proxy: "http://127.0.0.1:8082" } }';
  assert.match(build({ yaml }).texts.join(), /providers\.p\.proxy is the address of this gateway/);
  const missing = 'providers: { p: { base_url: "https://x.example", proxy: "env:NOPE" } }';
  assert.match(build({ yaml: missing }).texts.join(), /leads to no proxy/);
});

test('certificates are taken as read, and an entry without them is an error', () => {
  const yaml = 'providers: { p: { base_url: "https://x.example", ca_file: ca.pem } }';
  assert.equal(providerOf({ yaml, certificates: { 'ca.pem': 'PEM' } }, 'p').certificateAuthorities, 'PEM');
  assert.match(build({ yaml }).texts.join(), /providers\.p\.ca_file cannot be used/);
});

test('an entry that nobody knows needs a base URL', () => {
  assert.match(build({ yaml: 'providers: { p: {} }' }).texts.join(), /providers\.p has no base_url/);
  const yaml = 'providers: { p: { base_url: "https://x.example", auth: { header: x-key } } }';
  assert.match(build({ yaml }).texts.join(), /names no secret/);
});

test('limits say how many at once, in all, by key and by client; the queue follows from them', () => {
  const variables = { ONE: 'key-one', TWO: 'key-two' };
  const limitsOf = (limits: string, auth = '{ secrets: ["env:ONE", "env:TWO"] }') =>
    providerOf(
      {
        yaml: `providers: { p: { base_url: "https://x.example", auth: ${auth}, limits: ${limits} } }`,
        variables,
      },
      'p',
    ).limits;
  const rest = { wait: 10_000 };
  const cases = [
    [limitsOf('{}'), undefined],
    [limitsOf('{ concurrent: 3 }'), { concurrent: 3, perKey: Infinity, perClient: 3, queue: 6, ...rest }],
    [limitsOf('{ per_key: 2 }'), { concurrent: Infinity, perKey: 2, perClient: Infinity, queue: 8, ...rest }],
    [
      limitsOf('{ concurrent: 3, per_key: 2 }'),
      { concurrent: 3, perKey: 2, perClient: 3, queue: 6, ...rest },
    ],
    [
      limitsOf('{ per_key: 2 }', 'caller'),
      { concurrent: Infinity, perKey: 2, perClient: Infinity, queue: 100, ...rest },
    ],
    [
      limitsOf('{ per_client: 1, queue: 4 }', 'none'),
      { concurrent: Infinity, perKey: Infinity, perClient: 1, queue: 4, ...rest },
    ],
  ] as const;
  for (const [limits, expected] of cases) assert.deepEqual(limits, expected);
});

test('the snapshot is frozen to its leaves, and equal input gives an equal version', () => {
  const situation: Situation = { yaml: 'providers: { zai: }', variables: { ZAI_API_KEY: 'one' } };
  const snapshot = valid(situation);
  assert.throws(() => Object.assign(snapshot.server.clocks, { drain: 1 }), TypeError);
  assert.throws(() => Object.assign(snapshot.providers.get('zai') ?? {}, { origin: 'x' }), TypeError);
  assert.throws(() => Object.assign(snapshot.routes.tiers.haiku[0], { provider: 'x' }), TypeError);
  assert.equal(valid(situation).version, snapshot.version);
  assert.equal(valid({ ...situation, variables: { ZAI_API_KEY: 'two' } }).version, snapshot.version);
  assert.notEqual(valid({ ...situation, variables: {} }).version, snapshot.version);
  assert.notEqual(valid({ ...situation, yaml: 'providers: { zai: { http: 2 } }' }).version, snapshot.version);
});

test('no secret is in any printed form of a snapshot', () => {
  const variables = {
    ZAI_API_KEY: 'VERYSECRET-1',
    KEY: 'VERYSECRET-2-0123456789',
    HTTPS_PROXY: 'http://me:VERYSECRET@proxy:1',
  };
  const yaml = 'server: { client_keys: [{ name: a, secret: "env:KEY" }] }\nproviders: { zai: }';
  const result = build({ yaml, variables });
  assert.ok(result.snapshot);
  const providers = [...result.snapshot.providers.values()];
  const forms = [
    JSON.stringify(result),
    JSON.stringify(providers),
    inspect(result, { depth: 20, showHidden: true }),
    String(providers.map(({ auth }) => (auth.kind === 'secret' ? auth.secret : ''))),
  ];
  for (const form of forms) assert.ok(!form.includes('VERYSECRET'), form);
});

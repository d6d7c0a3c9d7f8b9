import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { assemble, build, type Situation } from '../config.test-data.ts';

function valid(situation: Situation) {
  const { snapshot, texts } = build(situation);
  assert.ok(snapshot, texts.join('\n'));
  return snapshot;
}

const ZAI = 'https://api.z.ai/api/anthropic';

test('a tier with base URL, key and model goes there with that model; the others stay with the caller at Anthropic', () => {
  const { providers, routes, warnings } = valid({
    variables: {
      HAIKU_PROVIDER_BASE_URL: ZAI,
      HAIKU_PROVIDER_API_KEY: 'zai-key',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'glm-4.7',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'claude-opus-4-6',
    },
  });
  assert.deepEqual(routes.tiers.haiku, [{ provider: 'zai', model: 'glm-4.7' }]);
  assert.deepEqual(routes.tiers.sonnet, [{ provider: 'anthropic', model: undefined }]);
  assert.deepEqual(routes.tiers.opus, [{ provider: 'anthropic', model: undefined }]);
  assert.deepEqual(Object.fromEntries(routes.tierByModel), { 'claude-opus-4-6': 'opus', 'glm-4.7': 'haiku' });
  const { auth, origin, http, filters } = providers.get('zai') ?? {};
  assert.equal(origin, 'https://api.z.ai');
  assert.equal(http, '1.1');
  assert.equal(filters?.billingHeader, 'remove');
  assert.ok(auth?.kind === 'secret');
  assert.deepEqual([auth.header, auth.secret.reveal()], ['x-api-key', 'zai-key']);
  assert.deepEqual(providers.get('anthropic')?.auth, { kind: 'caller' });
  assert.deepEqual(warnings, []);
});

test('a tier with a provider but no model keeps the requested name', () => {
  const { routes } = valid({ variables: { OPUS_PROVIDER_BASE_URL: ZAI, OPUS_PROVIDER_API_KEY: 'k' } });
  assert.deepEqual(routes.tiers.opus, [{ provider: 'zai', model: undefined }]);
  assert.equal(routes.tierByModel.size, 0);
});

test('an unknown host gives a provider named after the tier, with x-api-key', () => {
  const { routes, providers } = valid({
    variables: { SONNET_PROVIDER_BASE_URL: 'https://llm.example/v', SONNET_PROVIDER_API_KEY: 'k' },
  });
  assert.deepEqual(routes.tiers.sonnet, [{ provider: 'sonnet-provider', model: undefined }]);
  const auth = providers.get('sonnet-provider')?.auth;
  assert.ok(auth?.kind === 'secret' && auth.header === 'x-api-key');
});

test('tiers at one address with one key share a provider; another key makes another provider of the same kind', () => {
  const shared = valid({
    variables: {
      HAIKU_PROVIDER_BASE_URL: ZAI,
      HAIKU_PROVIDER_API_KEY: 'one',
      SONNET_PROVIDER_BASE_URL: ZAI,
      SONNET_PROVIDER_API_KEY: 'one',
      OPUS_PROVIDER_BASE_URL: ZAI,
      OPUS_PROVIDER_API_KEY: 'two',
    },
  });
  assert.deepEqual([...shared.providers.keys()], ['anthropic', 'zai', 'zai-opus']);
  assert.equal(shared.routes.tiers.sonnet[0].provider, 'zai');
  assert.equal(shared.routes.tiers.opus[0].provider, 'zai-opus');
  assert.equal(shared.providers.get('zai-opus')?.http, '1.1');
});

test("Anthropic with a key of the gateway's own never changes the provider that carries the callers' logins", () => {
  const { providers, routes } = valid({
    variables: { HAIKU_PROVIDER_BASE_URL: 'https://api.anthropic.com', HAIKU_PROVIDER_API_KEY: 'sk-ant-api' },
  });
  assert.deepEqual(providers.get('anthropic')?.auth, { kind: 'caller' });
  assert.equal(providers.get('haiku-provider')?.auth.kind, 'secret');
  assert.equal(providers.get('haiku-provider')?.filters.betas.kind, 'keep');
  assert.equal(routes.tiers.haiku[0].provider, 'haiku-provider');
});

test('where tiers share a model name the lower one has it, and a warning says so', () => {
  const { routes, warnings } = valid({
    variables: {
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'glm-4.7',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'glm-4.7',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'glm-5',
    },
  });
  assert.equal(routes.tierByModel.get('glm-4.7'), 'haiku');
  assert.equal(routes.tierByModel.get('glm-5'), 'opus');
  assert.match(
    warnings.join(),
    /ANTHROPIC_DEFAULT_SONNET_MODEL: The tiers haiku and sonnet share the model name glm-4\.7/,
  );
});

test('ANTHROPIC_SMALL_FAST_MODEL names the haiku model where nothing newer does', () => {
  const base = {
    HAIKU_PROVIDER_BASE_URL: ZAI,
    HAIKU_PROVIDER_API_KEY: 'k',
    ANTHROPIC_SMALL_FAST_MODEL: 'old',
  };
  assert.equal(valid({ variables: base }).routes.tiers.haiku[0].model, 'old');
  const both = { ...base, ANTHROPIC_DEFAULT_HAIKU_MODEL: 'new' };
  assert.equal(valid({ variables: both }).routes.tiers.haiku[0].model, 'new');
});

test('half of a pair is told, not guessed', () => {
  const keyOnly = valid({ variables: { HAIKU_PROVIDER_API_KEY: 'k' } });
  assert.deepEqual(keyOnly.routes.tiers.haiku, [{ provider: 'anthropic', model: undefined }]);
  assert.match(
    keyOnly.warnings.join(),
    /HAIKU_PROVIDER_API_KEY: It has no effect without HAIKU_PROVIDER_BASE_URL/,
  );
  const urlOnly = valid({ variables: { HAIKU_PROVIDER_BASE_URL: 'http://192.168.1.9:8000' } });
  assert.deepEqual(urlOnly.providers.get('haiku-provider')?.auth, { kind: 'none' });
  assert.match(urlOnly.warnings.join(), /HAIKU_PROVIDER_BASE_URL: There is no HAIKU_PROVIDER_API_KEY for it/);
  const ownKey = valid({ variables: { HAIKU_PROVIDER_BASE_URL: ZAI, ZAI_API_KEY: 'k' } });
  assert.equal(ownKey.providers.get('zai')?.auth.kind, 'secret');
  assert.deepEqual(ownKey.warnings, []);
});

test('a broken base URL in a variable is told with the name of the variable', () => {
  const { snapshot, texts } = build({ variables: { HAIKU_PROVIDER_BASE_URL: 'api.z.ai' } });
  assert.equal(snapshot, undefined);
  assert.match(
    texts.join('\n'),
    /^HAIKU_PROVIDER_BASE_URL: providers\.haiku-provider\.base_url must be an http/m,
  );
});

test('PORT and HOST replace their part of what is configured', () => {
  const listen = (situation: Situation) =>
    valid(situation).server.listen.map(({ host, port }) => `${host} ${port}`);
  assert.deepEqual(listen({ variables: { PORT: '9000' } }), ['127.0.0.1 9000', '::1 9000']);
  assert.deepEqual(listen({ yaml: 'server: { listen: "127.0.0.1:1" }', variables: { PORT: '2' } }), [
    '127.0.0.1 2',
  ]);
  assert.deepEqual(listen({ yaml: 'server: { listen: 7 }', variables: { HOST: '127.0.0.1' } }), [
    '127.0.0.1 7',
  ]);
  assert.deepEqual(listen({ variables: { HOST: 'localhost', PORT: '3' } }), ['127.0.0.1 3', '::1 3']);
  assert.deepEqual(listen({ variables: { HOST: '::1' } }), ['::1 8082']);
  assert.deepEqual(listen({ variables: { HOST: 'my-laptop' } }), ['127.0.0.1 8082', '::1 8082']);
  assert.deepEqual(listen({ variables: { PORT: '3', SWITCHYARD_LISTEN: '127.0.0.1:4, [::1]:5' } }), [
    '127.0.0.1 4',
    '::1 5',
  ]);
  assert.deepEqual(listen({ variables: { PORT: '3' }, flags: { port: 6 } }), ['127.0.0.1 6', '::1 6']);
  assert.deepEqual(listen({ flags: { host: '127.0.0.2', port: 0 } }), ['127.0.0.2 0']);
  assert.deepEqual(listen({ flags: { listen: ['127.0.0.1:1', '[::1]:2'], port: 6 } }), [
    '127.0.0.1 1',
    '::1 2',
  ]);
  assert.match(build({ variables: { PORT: 'http' } }).texts.join(), /PORT: It is not a port number/);
  assert.match(
    build({ variables: { HOST: '0.0.0.0' } }).texts.join(),
    /^HOST: server\.listen .* no client keys/,
  );
});

test('each SWITCHYARD_ variable stands for its key', () => {
  const snapshot = valid({
    yaml: 'providers: { zai: }',
    variables: {
      ZAI_API_KEY: 'k',
      SWITCHYARD_ALLOWED_HOSTS: 'a.example,b.example',
      SWITCHYARD_MAX_BODY_BYTES: '1MiB',
      SWITCHYARD_MAX_EXCHANGES: '7',
      SWITCHYARD_MODEL: 'm',
      SWITCHYARD_PROVIDER: 'zai',
      SWITCHYARD_DEFAULT: 'zai/d',
      SWITCHYARD_HAIKU: 'zai/a,anthropic',
      SWITCHYARD_SONNET: 'zai/b',
      SWITCHYARD_OPUS: 'zai/c',
      SWITCHYARD_PASSTHROUGH_FALLBACK: 'off',
      SWITCHYARD_CLAUDE_CREDENTIALS_FILE: 'true',
      SWITCHYARD_TERMINAL_MODE: 'full',
      SWITCHYARD_TERMINAL_COLOR: 'never',
    },
  });
  assert.deepEqual(snapshot.server.allowedHosts, ['a.example', 'b.example']);
  assert.equal(snapshot.server.maxBodyBytes, 1024 ** 2);
  assert.equal(snapshot.server.maxExchanges, 7);
  assert.deepEqual(snapshot.routes.forced, { provider: 'zai', model: 'm' });
  assert.deepEqual(snapshot.routes.fallback, [{ provider: 'zai', model: 'd' }]);
  assert.equal(snapshot.routes.tiers.haiku.length, 2);
  assert.equal(snapshot.routes.tiers.sonnet[0].model, 'b');
  assert.equal(snapshot.routes.tiers.opus[0].model, 'c');
  assert.equal(snapshot.passthrough.fallback, false);
  assert.equal(snapshot.claudeCredentialsFile, true);
  assert.deepEqual([snapshot.terminal.mode, snapshot.terminal.color], ['full', 'never']);
});

test('a port that is the configured one changes nothing, and makes no other configuration', () => {
  const yaml = 'server: { listen: localhost:18082 }';
  const plain = valid({ yaml });
  assert.equal(valid({ yaml, variables: { PORT: '18082' } }).version, plain.version);
  assert.notEqual(valid({ yaml, variables: { PORT: '18083' } }).version, plain.version);
});

const LINES: readonly [Record<string, string>, Record<string, unknown>][] = [
  [
    { TERMINAL_DISPLAY_MODE: 'detailed', TERMINAL_COLOR_SCHEME: 'mono' },
    { mode: 'full', scheme: 'mono' },
  ],
  [
    { TERMINAL_DISPLAY_MODE: 'minimal', LOG_STYLE: 'plain' },
    { mode: 'compact', color: 'never' },
  ],
  [{ LOG_STYLE: 'compact', TERMINAL_DISPLAY_MODE: 'debug' }, { mode: 'full' }],
  [{ TERMINAL_SESSION_COLORS: 'false' }, { colorBy: ['duration'] }],
  [{ TERMINAL_SHOW_DURATION_COLORS: 'false', TERMINAL_SESSION_COLORS: 'true' }, { colorBy: ['session'] }],
  [
    { TERMINAL_SHOW_COST: 'true', TERMINAL_SHOW_TASK_TYPE: '1', TERMINAL_SHOW_SPEED: 'false' },
    { columns: ['time', 'client', 'model', 'task', 'status', 'timing', 'tokens', 'cost', 'error'] },
  ],
  [
    { TERMINAL_DISPLAY_MODE: 'detailed', TERMINAL_SHOW_WORKSPACE: 'false', TERMINAL_SHOW_COST: 'true' },
    {
      columns: [
        'time',
        'client',
        'session',
        'model',
        'task',
        'status',
        'timing',
        'tokens',
        'context',
        'speed',
        'cost',
        'error',
      ],
    },
  ],
  [{ TERMINAL_SHOW_COST: 'false' }, { columns: [] }],
];

for (const [variables, expected] of LINES)
  test(`the line per request: ${Object.entries(variables).join(' ')}`, () => {
    const { terminal, warnings } = valid({ variables });
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(Object.entries(terminal).find(([name]) => name === key)?.[1], value);
    assert.deepEqual(warnings, []);
  });

test('a value of the line that nobody knows is told, and changes nothing', () => {
  const { terminal, warnings } = valid({ variables: { TERMINAL_COLOR_SCHEME: 'solarized', LOG_STYLE: 'x' } });
  assert.deepEqual([terminal.scheme, terminal.color, warnings.length], ['vibrant', 'auto', 2]);
});

test('a mistyped SWITCHYARD_ variable is told; other names are nobody of ours', () => {
  const { warnings } = valid({
    variables: { SWITCHYARD_LITSEN: 'x', SWITCHYARD_KEY_LAPTOP: 'k', SWITCHYARD_HOME: '/x' },
  });
  assert.equal(warnings.length, 1);
  assert.match(
    warnings.join(),
    /SWITCHYARD_LITSEN: There is no such setting\. Did you mean SWITCHYARD_LISTEN\?/,
  );
});

test('MITM_FORCE_H1 speaks of zai alone, and of nothing where there is no zai', () => {
  const http = (value: string) => {
    const { providers } = valid({
      yaml: 'providers: { zai: { http: auto }, anthropic: { http: 2 } }',
      variables: { ZAI_API_KEY: 'k', MITM_FORCE_H1: value },
    });
    return [providers.get('zai')?.http, providers.get('anthropic')?.http];
  };
  assert.deepEqual(http('1'), ['1.1', '2']);
  assert.deepEqual(http('0'), ['2', '2']);
  assert.deepEqual(http('maybe'), ['1.1', '2']);
  assert.deepEqual([...valid({ variables: { MITM_FORCE_H1: '0' } }).providers.keys()], ['anthropic']);
  const fromTier = { HAIKU_PROVIDER_BASE_URL: ZAI, HAIKU_PROVIDER_API_KEY: 'k', MITM_FORCE_H1: '0' };
  assert.equal(valid({ variables: fromTier }).providers.get('zai')?.http, '2');
});

test("ANTHROPIC_BASE_URL and the rest of the predecessors' names change nothing", () => {
  const plain = valid({}).version;
  const variables = {
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:8082',
    ANTHROPIC_AUTH_TOKEN: 'x',
    ANTHROPIC_API_KEY: 'x',
    CC_NONSENSE: '1',
    CC_TRACING__WHAT: '1',
    PROXY_AUTH_KEY: 'x',
  };
  const { version, warnings } = valid({ variables });
  assert.equal(version, plain);
  assert.deepEqual(warnings, []);
});

const CC_PROXY = `
default_mode = "compare"
[server]
listen_address = "127.0.0.1:3080"
[target]
timeout_secs = 120
max_concurrent = 50
[passthrough]
url = "https://api.anthropic.com"
timeout_secs = 200
passthrough_auth = true
[tracing]
service_name = "cc-proxy"
otlp_endpoint = "http://localhost:4317"
log_level = "info"
`;

test('a cc-proxy.toml is read; what has no effect is said, key by key', () => {
  const { server, providers, warnings, mode, compare } = valid({ toml: CC_PROXY });
  assert.deepEqual(server.listen, [{ host: '127.0.0.1', port: 3080 }]);
  assert.equal(providers.get('anthropic')?.clocks.idle, 200_000);
  assert.equal(providers.get('anthropic')?.clocks.totalStream, 3_600_000);
  assert.deepEqual([...providers.keys()], ['anthropic']);
  assert.equal(mode.configured, 'compare');
  assert.deepEqual([compare.maxConcurrent, compare.timeout], [50, 120_000]);
  for (const key of ['tracing.log_level'])
    assert.ok(
      warnings.some((text) => text.includes(`cc-proxy.toml: The cc-proxy setting ${key} has no effect`)),
      key,
    );
  assert.equal(warnings.length, 1);
});

test('its file switches tracing on, messages included; its variables do the same without the messages', () => {
  const { tracing } = valid({ toml: CC_PROXY });
  const { enabled, protocol, url, serviceName, content } = tracing;
  assert.deepEqual(
    { enabled, protocol, url, serviceName, content },
    {
      enabled: true,
      protocol: 'grpc',
      url: 'http://localhost:4317',
      serviceName: 'cc-proxy',
      content: true,
    },
  );
  const variables = {
    CC_TRACING__OTLP_ENDPOINT: 'http://localhost:6006',
    CC_TRACING__SERVICE_NAME: 'mine',
  };
  const byVariable = valid({ variables }).tracing;
  assert.equal(byVariable.url, 'http://localhost:6006/v1/traces');
  assert.equal(byVariable.serviceName, 'mine');
  assert.equal(byVariable.content, false);
});

test('its variables nest with two underscores and win over its file', () => {
  const { server, providers } = valid({
    toml: CC_PROXY,
    variables: {
      CC_SERVER__LISTEN_ADDRESS: '127.0.0.1:4000',
      CC_PASSTHROUGH__URL: 'https://relay.example',
      CC_PASSTHROUGH__PASSTHROUGH_AUTH: 'false',
      CC_PASSTHROUGH__TIMEOUT_SECS: '60',
    },
  });
  assert.deepEqual(server.listen, [{ host: '127.0.0.1', port: 4000 }]);
  const anthropic = providers.get('anthropic');
  assert.deepEqual(
    [anthropic?.origin, anthropic?.auth.kind, anthropic?.clocks.headersStream],
    ['https://relay.example', 'none', 60_000],
  );
  const variables = { CC_DEFAULT_MODE: 'target', CC_TARGET__MAX_CONCURRENT: '7' };
  const { mode, compare, warnings } = valid({ toml: CC_PROXY, variables });
  assert.deepEqual([mode.configured, compare.maxConcurrent], ['target', 7]);
  assert.equal(warnings.length, 1);
});

test('its default of listening everywhere is refused without keys', () => {
  const { texts } = build({ toml: '[server]\nlisten_address = "0.0.0.0:3080"' });
  assert.match(texts.join(), /cc-proxy\.toml: server\.listen .*no client keys/);
});

test('broken TOML is told with its place and without its text', () => {
  const { problems } = assemble({ toml: 'a = 1\nkey = "VERYSECRET' });
  const [problem] = problems;
  assert.equal(problem?.source?.kind, 'file');
  assert.equal(problem.source.line, 2);
  assert.ok(!JSON.stringify(problems).includes('VERYSECRET'));
});

test("--target-url sends everything there with its own key or none, never with the caller's", () => {
  const yaml = 'providers: { zai: }\ntiers: { haiku: zai/glm-4.7 }\nmappings: [{ match: a, use: zai/b }]';
  const target = { provider: 'target', model: undefined };
  const open = valid({
    yaml,
    flags: { targetUrl: 'http://10.0.0.1:8000' },
    variables: { ZAI_API_KEY: 'k' },
  });
  assert.deepEqual(open.providers.get('target')?.auth, { kind: 'none' });
  const keyed = valid({
    yaml,
    flags: { targetUrl: 'https://api.anthropic.com', model: 'glm-5-fp8' },
    variables: { TARGET_API_KEY: 't', ZAI_API_KEY: 'k' },
  });
  assert.equal(keyed.providers.get('target')?.auth.kind, 'secret');
  assert.deepEqual(keyed.providers.get('anthropic')?.auth, { kind: 'caller' });
  assert.deepEqual(keyed.routes.forced, { provider: 'target', model: 'glm-5-fp8' });
  assert.deepEqual(keyed.routes.tiers, { opus: [target], sonnet: [target], haiku: [target] });
  assert.deepEqual(keyed.routes.fallback, [target]);
  assert.deepEqual(keyed.routes.mappings, []);
  const anthropic = valid({ flags: { targetUrl: 'https://api.anthropic.com' } });
  assert.deepEqual(anthropic.providers.get('target')?.auth, { kind: 'none' });
});

test('the timeout of a target holds where there is a target', () => {
  const withTarget = valid({ toml: CC_PROXY, flags: { targetUrl: 'http://10.0.0.1:8000' } });
  assert.equal(withTarget.providers.get('target')?.clocks.headersStream, 120_000);
});

test('--model holds for all requests', () => {
  assert.deepEqual(valid({ flags: { model: 'm' } }).routes.forced, { provider: undefined, model: 'm' });
});

test('no value of any known variable makes the translation throw', () => {
  const names = [
    'HAIKU_PROVIDER_BASE_URL',
    'HAIKU_PROVIDER_API_KEY',
    'ANTHROPIC_DEFAULT_HAIKU_MODEL',
    'PORT',
    'HOST',
    'MITM_FORCE_H1',
    'HTTPS_PROXY',
    'NO_PROXY',
    'CC_SERVER__LISTEN_ADDRESS',
    'CC_PASSTHROUGH__TIMEOUT_SECS',
    'SWITCHYARD_LISTEN',
    'SWITCHYARD_HAIKU',
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.string(), fc.webUrl())), (variables) => {
      build({ variables });
    }),
    { numRuns: 300 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { assembleConfig } from '../layers/assemble.ts';
import { formatProblem } from '../problems/problem.ts';
import { importFile } from './import-file.ts';
import { ImportError, type Imported } from './imported.ts';

const CCR = JSON.stringify({
  PORT: 3456,
  LOG: true,
  Providers: [
    {
      name: 'openrouter',
      api_base_url: 'https://openrouter.ai/api/v1/chat/completions',
      api_key: 'sk-or-secret',
      models: ['a/b'],
      transformer: { use: ['openrouter'] },
    },
    { name: 'my lab', api_base_url: 'http://127.0.0.1:9/v1/chat/completions', api_key: '$LAB_KEY' },
  ],
  Router: {
    default: 'openrouter,anthropic/claude-sonnet-4',
    background: 'my lab,qwen3',
    longContext: 'openrouter,google/gemini-2.5-pro',
    longContextThreshold: 90_000,
  },
});

const LITELLM = `
model_list:
  - model_name: claude-sonnet
    litellm_params: { model: openrouter/z-ai/glm-4.7, api_key: os.environ/OPENROUTER_API_KEY }
  - model_name: claude-sonnet
    litellm_params: { model: openai/local, api_base: "http://127.0.0.1:9/v1", api_key: sk-secret }
  - model_name: backup
    litellm_params: { model: gemini/gemini-2.5-flash }
router_settings:
  fallbacks: [{ claude-sonnet: [backup] }]
general_settings: { master_key: sk-master-secret }
`;

const TIERS = `# E
HAIKU_PROVIDER_API_KEY=zai-secret
HAIKU_PROVIDER_BASE_URL=https://api.z.ai/api/anthropic
ANTHROPIC_DEFAULT_HAIKU_MODEL=glm-4.7
UNHEARD_OF=1
`;

const ENVRC = `export BIG_MODEL="minimax/minimax-m2.5:free"
export ROUTER_THINK=deepseek/r1
export OPENROUTER_API_KEY=or-secret
`;

const TOML = `default_mode = "target"\n[server]\nlisten_address = "127.0.0.1:8090"\n[tracing]\nlog_level = "info"\n`;
const CHAIN = JSON.stringify({
  entries: [{ id: 'headroom', name: 'Headroom', url: 'http://127.0.0.1:8787', port: 8787, order: 0 }],
});

const ROUTED = JSON.stringify({
  schema_version: '2.0.0',
  entries: [],
  router: {
    default: { model: 'anthropic/claude-sonnet-4.5' },
    background: 'stepfun/step-3.5-flash:free',
    think: { model: 'glm-5', base_url: 'https://lab.example/v1/', api_key: 'lab-secret' },
    long_context: {
      model: 'minimax/m2.5',
      base_url: 'https://openrouter.ai/api/v1',
      api_key: '${OPENROUTER_API_KEY}',
    },
    web_search: {},
    image: { assignment_id: 'vision' },
    long_context_threshold: 50_000,
    custom_router_path: '/x/route.py',
  },
  assignments: [
    {
      id: 'small',
      kind: 'tier',
      model: 'glm-4.7',
      provider: 'deepseek',
      api_key: '${OTHER_KEY}',
      cascade: ['a/b:free'],
    },
    { id: 'vision', kind: 'slot', model: 'qwen/vl', provider: 'openrouter', enabled: true, cascade: [] },
    { id: 'middle', kind: 'tier', model: 'x', enabled: false },
  ],
  identifier_mappings: [
    {
      incoming_identifier: 'coder-model',
      assignment_id: 'small',
      enabled: true,
      priority: 10,
      notes: 'Qwen Code',
    },
    { incoming_identifier: 'gpt-*', assignment_id: 'vision', enabled: false, priority: 1, notes: '' },
    { incoming_identifier: 'lost', assignment_id: 'middle' },
  ],
  pipelines: {},
});

const FILES: readonly [path: string, text: string, from: RegExp, understood: RegExp][] = [
  ['/x/config.json', CCR, /claude-code-router/, /provider my-lab/],
  ['/x/litellm.yaml', LITELLM, /LiteLLM/, /model claude-sonnet \(2 deployments\)/],
  ['/x/.env', TIERS, /claude-code-proxy/, /HAIKU_PROVIDER_API_KEY/],
  ['/x/.envrc', ENVRC, /claude-code-proxy/, /BIG_MODEL/],
  ['/x/cc-proxy.toml', TOML, /cc-proxy/, /server\.listen/],
  ['/x/proxy_chain.json', CHAIN, /chain/, /chain\.entries/],
  ['/x/proxy_chain.json', ROUTED, /chain/, /router\.think[\s\S]*identifier_mappings\.coder-model/],
];

function imported(path: string, text: string): Imported {
  const result = importFile({ path, text }, parseEnv);
  assert.ok(result !== undefined, `${path} was not recognised`);
  return result;
}

for (const [path, text, from, understood] of FILES)
  test(`${path} becomes a configuration that is valid, and no key is copied into it`, () => {
    const result = imported(path, text);
    assert.match(result.from, from);
    assert.match(result.understood.join('\n'), understood);
    const yaml = stringify(result.values);
    assert.doesNotMatch(yaml + result.ignored.join() + result.advice.join(), /[a-z]-secret/);
    const environment = { values: {}, files: new Map<string, string>() };
    const { config, problems } = assembleConfig({
      file: { path: 'out.yaml', text: yaml },
      environment,
      flags: {},
    });
    assert.ok(config !== undefined, `${yaml}\n${problems.map(formatProblem).join('\n')}`);
  });

test('the router of claude-code-router becomes tiers and tasks, and what is left is told', () => {
  const { values, ignored, advice } = imported('/x/config.json', CCR);
  assert.deepEqual(values['tasks'], {
    background: 'my-lab/qwen3',
    long_context: { use: 'openrouter/google/gemini-2.5-pro', threshold: 90_000 },
  });
  assert.equal(values['default'], 'openrouter/anthropic/claude-sonnet-4');
  assert.deepEqual(values['server'], { listen: 'localhost:3456' });
  assert.match(ignored.join('\n'), /transformer of openrouter[\s\S]*LOG/);
  assert.deepEqual(advice, [
    'the key of openrouter stays in its file: put it into the variable OPENROUTER_API_KEY',
  ]);
});

test('routes, assignments and mappings of a proxy_chain.json are taken over, and what is not is told', () => {
  const { values, ignored, advice } = imported('/x/proxy_chain.json', ROUTED);
  assert.deepEqual(values['providers'], {
    deepseek: { auth: { secret: 'env:OTHER_KEY' } },
    openrouter: {},
    'think-endpoint': {
      base_url: 'https://lab.example/v1/',
      format: 'openai-chat',
      auth: { secret: 'env:THINK_ENDPOINT_API_KEY' },
    },
  });
  assert.deepEqual(values['tiers'], {
    haiku: ['deepseek/glm-4.7', 'deepseek/a/b:free'],
    opus: 'openrouter/anthropic/claude-sonnet-4.5',
  });
  assert.deepEqual(values['tasks'], {
    image: 'openrouter/qwen/vl',
    long_context: { use: 'openrouter/minimax/m2.5', threshold: 50_000 },
    think: 'think-endpoint/glm-5',
    background: 'openrouter/stepfun/step-3.5-flash:free',
    custom_router: { path: '/x/route.py', provider: 'openrouter' },
  });
  assert.deepEqual(values['mappings'], [
    {
      match: 'coder-model',
      use: ['deepseek/glm-4.7', 'deepseek/a/b:free'],
      priority: 10,
      notes: 'Qwen Code',
    },
    { match: 'gpt-*', use: 'openrouter/qwen/vl', priority: 1, enabled: false },
  ]);
  assert.deepEqual(ignored, [
    'assignments.middle: it is switched off',
    'identifier_mappings.lost: there is no assignment middle in use',
    'pipelines',
  ]);
  assert.deepEqual(advice, [
    'the key of think-endpoint stays in its file: put it into the variable THINK_ENDPOINT_API_KEY',
  ]);
});

test('deployments of one name in LiteLLM become a cascade, with its fallbacks behind', () => {
  const { values } = imported('/x/litellm.yaml', LITELLM);
  const [first] = values['mappings'] as { match: string; use: string[] }[];
  assert.deepEqual(first, {
    match: 'claude-sonnet',
    use: ['openrouter/z-ai/glm-4.7', 'openai-127.0.0.1-9/local', 'google/gemini-2.5-flash'],
  });
});

test('a model of LiteLLM that stands for every name keeps the name, and clouds are left out by name', () => {
  const text = `model_list:
  - { model_name: "*", litellm_params: { model: openai/*, api_key: os.environ/OPENAI_API_KEY } }
  - { model_name: gpt, litellm_params: { model: azure/gpt-4, api_base: "https://x.azure.com" } }
`;
  const { values, ignored, advice } = imported('/x/litellm.yaml', text);
  assert.deepEqual(values['mappings'], [{ match: '*', use: ['openai'] }]);
  assert.deepEqual(ignored, ['model gpt: azure is no provider that is known here']);
  assert.deepEqual(advice, []);
});

test('comments in a JSON file hide no key, and none of its values is told as a name', () => {
  const text = `{ // mine\n "APIKEY": "sk-secret",\n ${CCR.slice(1, -1)}, /* end */ }`;
  const { ignored, values } = imported('/x/config.json', text);
  assert.ok(ignored.includes('APIKEY'));
  assert.deepEqual(values['server'], { listen: 'localhost:3456' });
  // Neither JSON nor quite JSON: read as YAML, where the comment becomes a part of a key.
  const odd = imported('/x/config.json', `{ // mine\n "APIKEY":"sk-secret",HOST: x,${CCR.slice(1, -1)}}`);
  assert.doesNotMatch(odd.ignored.join(), /sk-secret/);
});

const ODD: readonly (readonly [path: string, text: string])[] = [
  ['/x/proxy_chain.json', '{ // mine\n "APIKEY":"sk-secret-1234567890", X: 1, "entries": [] }'],
  ['/x/litellm.yaml', '{ // mine\n "APIKEY":"sk-secret-1234567890", X: 1, "model_list": [] }'],
  ['/x/proxy_chain.json', '{ "entries": [], "sk-secret-1234567890": 1 }'],
  [
    '/x/litellm.yaml',
    'model_list: [{ model_name: k, litellm_params: { model: openai/m, api_base: "https://me:sk-secret-1234567890@x.example/v1?k=sk-secret-1234567890" } }]',
  ],
  [
    '/x/proxy_chain.json',
    '{ "entries": [], "assignments": [{ "id": "a", "model": "m", "base_url": "https://sk-secret-1234567890@x.example/v1" }] }',
  ],
  [
    '/x/.env',
    'BIG_MODEL=a/b\nPEM=-----BEGIN PRIVATE KEY-----\nMzEsk-secret-1234567890R4AB==\n-----END PRIVATE KEY-----',
  ],
  [
    '/x/.env',
    'BIG_MODEL=a/b\nPEM=-----BEGIN PRIVATE KEY-----\nMzEsksecret1234567890R4AB==\n-----END PRIVATE KEY-----',
  ],
];

for (const [path, text] of ODD)
  test(`no key of an odd file is told or written: ${text.slice(0, 60)}`, () =>
    assert.doesNotMatch(JSON.stringify(imported(path, text)), /secret-?1234/));

test('endpoints that say no name of their own are all different providers', () => {
  const assignments = ['a', 'b', 'c', 'd'].map((host) => ({
    model: host,
    base_url: `https://${host}.example`,
  }));
  const { values } = imported('/x/proxy_chain.json', JSON.stringify({ entries: [], assignments }));
  const hosts = Object.values(values['providers'] ?? {}).map((entry) => JSON.stringify(entry));
  assert.deepEqual([hosts.length, new Set(hosts).size], [4, 4]);
});

test('variables nobody knows are told by name', () => {
  assert.deepEqual(imported('/x/.env', TIERS).ignored, ['UNHEARD_OF']);
});

test('every variable is told once: written, kept as a variable, or left out with the reason', () => {
  const text = `${ENVRC}BIG_CASCADE=a/b\nZAI_PRICE_IN_PER_M=0.5\nCB_STATE_FILE=state.json\nUNHEARD_OF=1\n`;
  const { understood, ignored, advice } = imported('/x/.envrc', text);
  assert.deepEqual(understood.toSorted(), [
    'BIG_CASCADE',
    'BIG_MODEL',
    'OPENROUTER_API_KEY',
    'ROUTER_THINK',
    'ZAI_PRICE_IN_PER_M',
  ]);
  assert.equal(ignored.length, 2);
  assert.match(ignored.join('\n'), /^CB_STATE_FILE .*breakers import FILE.*\nUNHEARD_OF$/);
  assert.deepEqual(advice, [
    'some stay variables: start with --env-file /x/.envrc, or set OPENROUTER_API_KEY, ZAI_PRICE_IN_PER_M yourself',
  ]);
});

test('how hard models are to think is written into the routes of the same file, and left out where there are none', () => {
  const reasoning = 'REASONING_EFFORT=high\nREASONING_EXCLUDE=true\nBIG_MODEL_REASONING=8k\n';
  const { values, understood } = imported('/x/.envrc', `${ENVRC}${reasoning}`);
  assert.partialDeepStrictEqual(values, {
    tiers: { opus: { shape: { thinking_tokens: 8_192, hide_thinking: true } } },
    tasks: { think: { shape: { effort: 'high', hide_thinking: true } } },
  });
  for (const name of ['REASONING_EFFORT', 'REASONING_EXCLUDE', 'BIG_MODEL_REASONING'])
    assert.ok(understood.includes(name), name);
  const { ignored } = imported('/x/.env', `${TIERS}\nREASONING_EFFORT=high\n`);
  assert.deepEqual(ignored.toSorted(), ['REASONING_EFFORT', 'UNHEARD_OF']);
});

test('a broken file is an error that repeats nothing of it, and any other file is none of ours', () => {
  assert.throws(
    () => importFile({ path: 'a.json', text: '{"api_key": "sk-secret"' }, parseEnv),
    (error) => error instanceof ImportError && !error.message.includes('sk-secret'),
  );
  assert.equal(importFile({ path: 'a.json', text: '{"a": 1}' }, parseEnv), undefined);
});

test('no text makes it throw anything but a refusal', () => {
  fc.assert(
    fc.property(fc.constantFrom('a.json', 'a.yaml', '.env', 'a.toml'), fc.string(), (path, text) => {
      try {
        importFile({ path, text }, parseEnv);
      } catch (error) {
        assert.ok(error instanceof ImportError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assembleConfig } from '../layers/assemble.ts';
import { formatProblem } from '../problems/problem.ts';
import { importProxyChain } from './proxy-chain.ts';

/** As the predecessor ships it, with a few things users write. */
const SHIPPED = {
  schema_version: '2.0.0',
  entries: [
    {
      id: 'cliproxyapi',
      name: 'CLIProxyAPI',
      url: 'http://localhost:8317',
      order: 2,
      enabled: false,
      auth_key: '${CPA_KEY}',
    },
    { id: 'gateway', name: 'Claude Code Proxy', url: 'http://localhost:8082', order: 0, port: 8082 },
    {
      id: 'headroom',
      name: 'Headroom',
      url: 'http://localhost:8787',
      order: 1,
      port: 8787,
      timeout: 90,
      health_path: '/health',
      service_cmd: 'cd ~ && headroom proxy --port 8787',
      service_stop_cmd: null,
      extra_headers: {},
    },
    { id: 'rtk', name: 'RTK Terminal Compression', url: '', order: 3, type: 'cli_wrapper', port: 0 },
    {
      id: 'my own!',
      name: 'Mine',
      url: 'http://localhost:9',
      order: 4,
      auth_key: 'sk-literal',
      model_prefixes: ['gpt-'],
      extra_headers: { 'X-Team': 'a', Authorization: 'Bearer literal' },
    },
    { id: 'broken', name: 7 },
  ],
};

test('the chain of a predecessor becomes entries around our gateway', () => {
  const { entries, notes, keys } = importProxyChain(SHIPPED);
  assert.deepEqual(entries, [
    {
      id: 'headroom',
      name: 'Headroom',
      side: 'before',
      url: 'http://localhost:8787',
      health_path: '/health',
      timeout: 90,
      service_cmd: 'cd ~ && headroom proxy --port 8787',
      service_shell: true,
      service_env: {
        ANTHROPIC_TARGET_API_URL: '{next_url}',
        OPENAI_TARGET_API_URL: '{next_url}',
        GEMINI_TARGET_API_URL: '{next_url}',
      },
    },
    {
      id: 'cliproxyapi',
      name: 'CLIProxyAPI',
      side: 'after',
      enabled: false,
      url: 'http://localhost:8317',
      auth_key: 'env:CPA_KEY',
    },
    { id: 'rtk', name: 'RTK Terminal Compression', type: 'cli_wrapper' },
    {
      id: 'my-own-',
      name: 'Mine',
      side: 'after',
      url: 'http://localhost:9',
      auth_key: 'env:SWITCHYARD_CHAIN_MY_OWN__KEY',
      extra_headers: { 'X-Team': 'a', Authorization: 'env:SWITCHYARD_CHAIN_MY_OWN__AUTHORIZATION' },
      model_prefixes: ['gpt-'],
    },
  ]);
  assert.deepEqual(
    keys.map(({ variable, value }) => [variable, value.reveal()]),
    [
      ['SWITCHYARD_CHAIN_MY_OWN__KEY', 'sk-literal'],
      ['SWITCHYARD_CHAIN_MY_OWN__AUTHORIZATION', 'Bearer literal'],
    ],
  );
  assert.match(notes.join('\n'), /Entry 6 is left out: its name cannot be used/);
  assert.ok(!inspect([entries, notes, keys], { depth: 9 }).includes('literal'), 'no key in what is shown');
});

test('what is imported is a configuration that can be served, keys aside', () => {
  const { config, problems } = assembleConfig({
    file: undefined,
    chain: { path: '/home/me/proxy_chain.json', text: JSON.stringify(SHIPPED) },
    environment: { values: {}, files: new Map() },
    flags: {},
  });
  const texts = problems.map(formatProblem);
  assert.equal(config?.chain.entries.length, 4, texts.join('\n'));
  assert.match(texts.join('\n'), /proxy_chain\.json: chain imported: headroom is placed before the gateway/);
});

test('no file makes the import fail', () => {
  fc.assert(fc.property(fc.json(), (text) => void importProxyChain(JSON.parse(text))));
  const odd = fc.record({
    entries: fc.array(fc.record({ id: fc.string(), name: fc.string(), url: fc.string() })),
  });
  fc.assert(fc.property(odd, (file) => void importProxyChain(file)));
});

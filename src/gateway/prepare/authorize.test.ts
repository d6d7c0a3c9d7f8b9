import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../domain/errors.ts';
import { originOf, type Origin } from '../../domain/origin.ts';
import type { Provider, ProviderAuth } from '../../domain/provider.ts';
import { Secret } from '../../lib/secret.ts';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import { authorize } from './authorize.ts';
import { splitHeaders } from '../receive/edge-headers.ts';

function provider(url: string, auth: ProviderAuth): Provider {
  return exampleProvider({ name: 'p', origin: originOf(new URL(url)), auth });
}

const ANTHROPIC = 'https://api.anthropic.com';

const credentials: Readonly<Record<string, string[]>> = {
  'a Claude login': ['authorization', 'Bearer sk-ant-oat01-CANARY'],
  'a Claude login as x-api-key': ['x-api-key', 'sk-ant-oat01-CANARY'],
  'a login known by its beta': [
    'authorization',
    'Bearer opaque-CANARY',
    'anthropic-beta',
    'oauth-2025-04-20',
  ],
  'an Anthropic key': ['x-api-key', 'sk-ant-api03-CANARY'],
  'an Anthropic key as bearer': ['authorization', 'Bearer sk-ant-api03-CANARY'],
  'an OpenRouter key': ['authorization', 'Bearer sk-or-v1-CANARY'],
  'an unknown key': ['authorization', 'Bearer CANARY-key'],
  'a Google key': ['x-goog-api-key', 'AIza-CANARY'],
  'two at once': ['x-api-key', 'CANARY-1', 'authorization', 'Bearer sk-ant-oat01-CANARY'],
};

const elsewhere = [
  'https://api.z.ai',
  'https://openrouter.ai',
  'https://api.anthropic.com.evil.example',
  'https://api.anthropic.com:8443',
  'http://api.anthropic.com',
  'http://127.0.0.1:11434',
];

const secretAuth: ProviderAuth = {
  kind: 'secret',
  header: 'x-api-key',
  scheme: undefined,
  secret: new Secret('own-key'),
};

function outboundBytes(target: Provider, headers: string[]): string {
  const bound = authorize(target, splitHeaders(headers).credential);
  return bound.headers.map(({ name, value }) => `${name}: ${value.reveal()}`).join('\n');
}

for (const [what, headers] of Object.entries(credentials)) {
  test(`${what} never reaches a provider that has a key of its own, or none`, () => {
    for (const url of [...elsewhere, ANTHROPIC]) {
      assert.equal(outboundBytes(provider(url, secretAuth), headers), 'x-api-key: own-key');
      assert.equal(outboundBytes(provider(url, { kind: 'none' }), headers), '');
    }
  });
}

for (const what of [
  'a Claude login',
  'a Claude login as x-api-key',
  'a login known by its beta',
  'two at once',
]) {
  test(`${what} reaches the origin https://api.anthropic.com and no other, though a provider asks for it`, () => {
    const headers = credentials[what] ?? [];
    assert.match(outboundBytes(provider(ANTHROPIC, { kind: 'caller' }), headers), /CANARY/);
    for (const url of elsewhere) {
      assert.throws(
        () => authorize(provider(url, { kind: 'caller' }), splitHeaders(headers).credential),
        (error) =>
          error instanceof GatewayError &&
          error.code === 'credential_not_for_origin' &&
          !error.message.includes('CANARY'),
      );
    }
  });
}

test('a Claude login does not take another vendor’s key along to Anthropic', () => {
  const headers = ['authorization', 'Bearer sk-ant-oat01-x', 'x-api-key', 'sk-or-v1-CANARY'];
  assert.throws(() => outboundBytes(provider(ANTHROPIC, { kind: 'caller' }), headers), GatewayError);
});

test('an OpenRouter key goes to OpenRouter only', () => {
  const headers = credentials['an OpenRouter key'] ?? [];
  assert.match(
    outboundBytes(provider('https://openrouter.ai', { kind: 'caller' }), headers),
    /sk-or-v1-CANARY/,
  );
  assert.throws(() => outboundBytes(provider(ANTHROPIC, { kind: 'caller' }), headers), GatewayError);
});

for (const key of ['AIza-CANARY', 'sk-proj-CANARY', 'gsk_CANARY', 'xai-CANARY', 'ya29.CANARY']) {
  test(`a key like ${key}, which is another vendor’s, is not passed on to Anthropic`, () => {
    const caller = provider(ANTHROPIC, { kind: 'caller' });
    for (const headers of [
      ['x-goog-api-key', key],
      ['authorization', `Bearer ${key}`],
    ])
      assert.throws(() => outboundBytes(caller, headers), GatewayError);
  });
}

test('the caller’s headers go out as they came', () => {
  const headers = ['Authorization', 'Bearer sk-ant-oat01-x  y', 'X-Api-Key', 'k'];
  assert.equal(
    outboundBytes(provider(ANTHROPIC, { kind: 'caller' }), headers),
    'Authorization: Bearer sk-ant-oat01-x  y\nX-Api-Key: k',
  );
});

test('a caller without a credential is passed on without one', () => {
  const bound = authorize(provider(ANTHROPIC, { kind: 'caller' }), undefined);
  assert.deepEqual(bound, { origin: ANTHROPIC as Origin, owner: 'caller', headers: [] });
});

test('a scheme is put before the secret', () => {
  const auth: ProviderAuth = {
    kind: 'secret',
    header: 'authorization',
    scheme: 'Bearer',
    secret: new Secret('k1'),
  };
  assert.equal(outboundBytes(provider('https://openrouter.ai', auth), []), 'authorization: Bearer k1');
});

test('a secret that is not set is an error that names its reference', () => {
  assert.throws(
    () =>
      authorize(provider('https://api.z.ai', { kind: 'missing', reference: 'env:ZAI_API_KEY' }), undefined),
    (error) =>
      error instanceof GatewayError &&
      error.code === 'upstream_credential_missing' &&
      error.message.includes('env:ZAI_API_KEY'),
  );
});

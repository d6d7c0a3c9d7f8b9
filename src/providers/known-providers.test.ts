import assert from 'node:assert/strict';
import test from 'node:test';
import { originOf } from '../domain/origin.ts';
import {
  KNOWN_PROVIDERS,
  chooseEndpoint,
  descriptorByName,
  descriptorByUrl,
  isVendorOrigin,
} from './known-providers.ts';
import { usualHeader } from './descriptor.ts';

test('a base URL is recognised by its host, not by what merely contains it', () => {
  const table: [string, string | undefined][] = [
    ['https://api.z.ai/api/anthropic', 'zai'],
    ['https://z.ai', 'zai'],
    ['https://API.Z.AI/api/paas/v4', 'zai'],
    ['https://evil-z.ai/api', undefined],
    ['https://api.z.ai.evil.example', undefined],
    ['https://api.anthropic.com', 'anthropic'],
    ['https://sub.api.anthropic.com', undefined],
    ['https://openrouter.ai/api/v1', 'openrouter'],
    ['https://api.moonshot.cn/anthropic', 'moonshot'],
    ['http://127.0.0.1:11434', undefined],
    ['not a url', undefined],
    ['', undefined],
    ['mailto:x@api.z.ai', undefined],
  ];
  for (const [url, name] of table) assert.equal(descriptorByUrl(url)?.name, name, url);
});

test('names are unique and every base URL is a plain http(s) URL without a trailing slash', () => {
  const names = KNOWN_PROVIDERS.map(({ name }) => name);
  assert.deepEqual([...new Set(names)], names);
  for (const descriptor of KNOWN_PROVIDERS) {
    for (const { baseUrl } of descriptor.endpoints) {
      const url = new URL(baseUrl);
      assert.match(url.protocol, /^https?:$/);
      assert.equal(url.search + url.hash + url.username, '');
      assert.ok(!baseUrl.endsWith('/'), baseUrl);
    }
  }
});

test('a provider found by one of its own base URLs is itself', () => {
  for (const descriptor of KNOWN_PROVIDERS.filter(({ hosts }) => hosts.length > 0)) {
    for (const { baseUrl } of descriptor.endpoints) assert.equal(descriptorByUrl(baseUrl), descriptor);
  }
});

test('only Anthropic gets the credential of the caller, and only Anthropic keeps every beta', () => {
  for (const descriptor of KNOWN_PROVIDERS) {
    const isAnthropic = descriptor.name === 'anthropic';
    assert.equal(descriptor.credential.kind === 'caller', isAnthropic, descriptor.name);
    assert.equal(descriptor.filters.betas.kind === 'keep', isAnthropic, descriptor.name);
  }
});

test('the endpoint follows the format, then the base URL, then the order', () => {
  const zai = descriptorByName('zai');
  assert.ok(zai);
  const baseUrlOf = (wanted: Parameters<typeof chooseEndpoint>[1]) => chooseEndpoint(zai, wanted)?.baseUrl;
  assert.equal(baseUrlOf({ format: undefined, baseUrl: undefined }), 'https://api.z.ai/api/anthropic');
  assert.equal(baseUrlOf({ format: 'openai-chat', baseUrl: undefined }), 'https://api.z.ai/api/paas/v4');
  assert.equal(
    chooseEndpoint(zai, { format: undefined, baseUrl: 'https://api.z.ai/api/coding/paas/v4/' })?.format,
    'openai-chat',
  );
  assert.equal(baseUrlOf({ format: 'gemini', baseUrl: undefined }), undefined);
});

test('each format has its usual key header', () => {
  assert.deepEqual(usualHeader('anthropic-messages'), { name: 'x-api-key', scheme: undefined });
  assert.deepEqual(usualHeader('openai-chat'), { name: 'authorization', scheme: 'Bearer' });
  assert.deepEqual(usualHeader('gemini'), { name: 'x-goog-api-key', scheme: undefined });
});

test('a vendor’s own origin is told from everything that may lead back here', () => {
  assert.equal(isVendorOrigin(originOf(new URL('https://api.anthropic.com'))), true);
  assert.equal(isVendorOrigin(originOf(new URL('https://openrouter.ai'))), true);
  for (const url of ['http://api.anthropic.com', 'https://llm.corp.example', 'http://127.0.0.1:8082']) {
    assert.equal(isVendorOrigin(originOf(new URL(url))), false, url);
  }
});

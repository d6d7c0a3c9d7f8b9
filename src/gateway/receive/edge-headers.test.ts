import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitHeaders, splitQuery } from './edge-headers.ts';

test('what describes the request travels on in its order, case and repetition', () => {
  const { forwardable } = splitHeaders([
    'Host',
    'localhost:8082',
    'anthropic-version',
    '2023-06-01',
    'Anthropic-Beta',
    'a',
    'X-Stainless-OS',
    'Linux',
    'anthropic-beta',
    'b',
    '__proto__',
    'x',
    'Content-Length',
    '12',
  ]);
  assert.deepEqual(forwardable, [
    'anthropic-version',
    '2023-06-01',
    'Anthropic-Beta',
    'a',
    'X-Stainless-OS',
    'Linux',
    'anthropic-beta',
    'b',
    '__proto__',
    'x',
  ]);
});

const dropped = [
  'Connection',
  'Keep-Alive',
  'Proxy-Authorization',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Cookie',
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Real-IP',
  'Via',
  'Expect',
  'HTTP2-Settings',
];

for (const name of dropped) {
  test(`${name} never leaves the gateway`, () => {
    assert.deepEqual(splitHeaders([name, 'keep-alive', 'accept', '*/*']).forwardable, ['accept', '*/*']);
  });
}

test('headers that Connection declares hop-by-hop are dropped too', () => {
  const { forwardable } = splitHeaders([
    'Connection',
    'close, X-Secret-Hop',
    'x-secret-hop',
    '1',
    'accept',
    '*/*',
  ]);
  assert.deepEqual(forwardable, ['accept', '*/*']);
});

test('Connection may repeat, and every line of it counts', () => {
  const lines = ['Connection', 'x-secret-hop', 'x-secret-hop', '1', 'connection', 'keep-alive'];
  assert.deepEqual(splitHeaders(lines).forwardable, []);
});

test('T75: credentials are taken off and shown to nobody', () => {
  const edge = splitHeaders([
    'Authorization',
    'Bearer sk-ant-api03-canary',
    'X-Api-Key',
    'sk-canary',
    'x-goog-api-key',
    'AIza-canary',
  ]);
  assert.deepEqual(edge.forwardable, []);
  assert.equal(edge.credential?.kind, 'key');
  assert.deepEqual(
    edge.credential?.headers.map(({ name }) => name),
    ['Authorization', 'X-Api-Key', 'x-goog-api-key'],
  );
  assert.ok(!JSON.stringify(edge).includes('canary'));
});

const oauth: readonly (readonly [name: string, headers: string[], kind: 'oauth' | 'key'])[] = [
  ['its prefix', ['authorization', 'Bearer sk-ant-oat01-xyz'], 'oauth'],
  ['its prefix in x-api-key', ['x-api-key', 'sk-ant-oat01-xyz'], 'oauth'],
  ['a lower-case scheme', ['authorization', 'bearer sk-ant-oat01-xyz'], 'oauth'],
  ['its prefix behind another scheme', ['authorization', 'Token sk-ant-oat01-xyz'], 'oauth'],
  [
    'the beta beside a bearer',
    ['authorization', 'Bearer opaque', 'anthropic-beta', 'x,oauth-2025-04-20'],
    'oauth',
  ],
  ['nothing, for an API key', ['x-api-key', 'sk-ant-api03-xyz'], 'key'],
];

for (const [sign, headers, kind] of oauth) {
  test(`a Claude login is known by ${sign}`, () => {
    assert.equal(splitHeaders(headers).credential?.kind, kind);
  });
}

const ownKeys: readonly string[][] = [
  ['x-switchyard-key', 'sy-abc'],
  ['x-api-key', 'sy-abc'],
  ['authorization', 'Bearer sy-abc'],
];

for (const headers of ownKeys) {
  test(`a client key in ${headers[0]} stays here`, () => {
    const edge = splitHeaders(headers);
    assert.equal(edge.clientKey?.reveal(), 'sy-abc');
    assert.equal(edge.credential, undefined);
    assert.deepEqual(edge.forwardable, []);
  });
}

test('a client key beside a login leaves the login alone', () => {
  const edge = splitHeaders(['authorization', 'Bearer sk-ant-oat01-x', 'x-switchyard-key', 'sy-abc']);
  assert.equal(edge.credential?.kind, 'oauth');
  assert.equal(edge.clientKey?.reveal(), 'sy-abc');
});

test('labels and hops are read from our own headers, which do not travel on', () => {
  const edge = splitHeaders([
    'X-Switchyard-Project',
    'p1',
    'x-switchyard-user',
    'u1',
    'x-switchyard-hop',
    'a,b',
  ]);
  assert.deepEqual(edge.labels, { project: 'p1', user: 'u1' });
  assert.deepEqual(edge.hops, ['a', 'b']);
  assert.deepEqual(edge.forwardable, []);
});

const queries: readonly (readonly [query: string, rest: string, key: string | undefined])[] = [
  ['', '', undefined],
  ['?', '', undefined],
  ['?beta=true', '?beta=true', undefined],
  ['?beta=%zz&x=1', '?beta=%zz&x=1', undefined],
  ['?key=AIza1', '', 'AIza1'],
  ['?alt=sse&key=AI%2Fza', '?alt=sse', 'AI/za'],
  ['?KEY=a&api_key=b&x=%20', '?x=%20', 'a'],
  ['?k%65y=a', '', 'a'],
  ['?key=sy-abc&x=1', '?x=1', undefined],
];

for (const [query, rest, key] of queries) {
  test(`the query ${JSON.stringify(query)} travels on as ${JSON.stringify(rest)}`, () => {
    const split = splitQuery(query);
    assert.equal(split.query, rest);
    assert.equal(split.key?.reveal(), key);
  });
}

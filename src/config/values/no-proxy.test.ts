import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { bypassesProxy } from './no-proxy.ts';
import { parseProxyUrl, proxyFromEnvironment } from './outbound-proxy.ts';

const at = (host: string, port = 443) => ({ host, port });

test('NO_PROXY entries match as users of curl and Go expect', () => {
  const table: [string, ReturnType<typeof at>, boolean][] = [
    ['*', at('anything.example'), true],
    ['example.com', at('example.com'), true],
    ['example.com', at('api.example.com'), true],
    ['example.com', at('notexample.com'), false],
    ['.example.com', at('api.example.com'), true],
    ['.example.com', at('example.com'), true],
    ['*.example.com', at('api.example.com'), true],
    ['EXAMPLE.com', at('Api.Example.COM'), true],
    ['example.com', at('example.com.'), true],
    ['example.com:443', at('example.com'), true],
    ['example.com:8443', at('example.com'), false],
    ['a.example, b.example', at('b.example'), true],
    ['a.example b.example', at('b.example'), true],
    ['10.0.0.0/8', at('10.9.8.7'), true],
    ['10.0.0.0/8', at('11.0.0.1'), false],
    ['192.168.1.128/25', at('192.168.1.127'), false],
    ['192.168.1.128/25', at('192.168.1.200'), true],
    ['0.0.0.0/0', at('8.8.8.8'), true],
    ['10.0.0.0/33', at('10.0.0.0'), false],
    ['10.0.0.0/x', at('10.0.0.0'), false],
    ['fd00::/8', at('fd12::1'), true],
    ['fd00::/8', at('10.0.0.1'), false],
    ['10.0.0.5', at('10.0.0.5'), true],
    ['[fd00::5]:443', at('fd00::5'), true],
    ['fd00::5', at('fd00:0::5'), true],
    ['0.0.5', at('10.0.0.5'), false],
    ['', at('example.com'), false],
    [',, ,', at('example.com'), false],
    ['.', at('example.com'), false],
    ['example.com', at('127.0.0.1'), true],
    ['', at('localhost', 11434), true],
    ['', at('::1'), true],
  ];
  for (const [noProxy, target, expected] of table)
    assert.equal(bypassesProxy(target, noProxy), expected, `${noProxy} ~ ${target.host}:${target.port}`);
});

test('no NO_PROXY makes the matcher throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()), (noProxy, host) => {
      bypassesProxy(at(host), noProxy);
    }),
  );
});

test('the variable is chosen by the scheme of the target, lower case first', () => {
  const url = new URL('https://api.z.ai');
  const choose = (environment: Record<string, string>, target = url) =>
    proxyFromEnvironment(target, environment)?.variable;
  assert.equal(choose({ HTTPS_PROXY: 'http://p:1' }), 'HTTPS_PROXY');
  assert.equal(choose({ HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:1' }), 'https_proxy');
  assert.equal(choose({ HTTP_PROXY: 'http://p:1' }), undefined);
  assert.equal(choose({ HTTP_PROXY: 'http://p:1' }, new URL('http://api.example')), 'HTTP_PROXY');
  assert.equal(choose({ HTTPS_PROXY: '  ' }), undefined);
  assert.equal(choose({ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'z.ai' }), undefined);
  assert.equal(choose({ HTTPS_PROXY: 'http://p:1', NO_PROXY: '*', no_proxy: 'other' }), 'HTTPS_PROXY');
});

test('a proxy URL gives its origin, and its password only as a secret header', () => {
  const parsed = parseProxyUrl('http://user:p%40ss@proxy.example:3128/ignored');
  assert.equal(parsed?.proxy.origin, 'http://proxy.example:3128');
  const expected = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
  assert.equal(parsed.proxy.authorization?.reveal(), expected);
  assert.ok(!JSON.stringify(parsed.proxy).includes(expected));
  assert.equal(parseProxyUrl('proxy.example:3128')?.proxy.origin, 'http://proxy.example:3128');
  assert.equal(
    parseProxyUrl('http://user:100%@proxy.example')?.proxy.authorization?.reveal(),
    `Basic ${btoa('user:100%')}`,
  );
  for (const text of ['socks5://proxy:1080', 'http://', '::', 'ftp://x'])
    assert.equal(parseProxyUrl(text), undefined, text);
});

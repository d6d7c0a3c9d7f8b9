import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import test from 'node:test';
import * as fc from 'fast-check';
import { isIpv4, isIpv6, isLoopbackHost, isUnspecifiedHost, parseIp } from './values/ip-address.ts';
import { formatListenAddress, parseListenAddress } from './values/listen-address.ts';
import { addressOf, isOwnAddress } from './values/own-address.ts';

test('listen addresses are read, and localhost means both loopbacks', () => {
  const table: [string, string[]][] = [
    ['127.0.0.1:8082', ['127.0.0.1:8082']],
    ['[::1]:8082', ['[::1]:8082']],
    ['localhost:9', ['127.0.0.1:9', '[::1]:9']],
    ['8082', ['127.0.0.1:8082', '[::1]:8082']],
    ['0.0.0.0:0', ['0.0.0.0:0']],
    ['gateway.home.arpa:80', ['gateway.home.arpa:80']],
  ];
  for (const [text, expected] of table) {
    const addresses = parseListenAddress(text);
    assert.ok(!('wrong' in addresses), text);
    assert.deepEqual(addresses.map(formatListenAddress), expected, text);
  }
});

test('what is no listen address is refused with the reason', () => {
  const table: [string, RegExp][] = [
    ['127.0.0.1', /not an address and a port/],
    ['::1', /brackets/],
    [':8082', /0\.0\.0\.0/],
    ['*:8082', /0\.0\.0\.0/],
    ['127.0.0.1:70000', /65535/],
    ['[zz]:80', /IP address/],
    ['1.2.3.999:80', /IP address/],
    ['', /not an address/],
    ['http://localhost:80', /./],
  ];
  for (const [text, reason] of table) {
    const result = parseListenAddress(text);
    assert.ok('wrong' in result, text);
    assert.match(result.wrong, reason, text);
  }
});

test('addresses are recognised as the platform recognises them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      if (text.includes('%') || text.startsWith('[')) return;
      const isPlainIpv4 = isIP(text) === 4;
      assert.equal(isIpv4(text), isPlainIpv4);
      if (isIP(text) === 6) assert.ok(parseIp(text) !== undefined, text);
      if (isIP(text) === 6) assert.ok([4, 16].includes(parseIp(text)?.length ?? 0));
      if (isIP(text) === 0) assert.equal(isIpv6(text), false, text);
    }),
    { examples: [[':@&#'], ['::1@host'], ['::1/'], ['::1#']] },
  );
});

test('loopback and unspecified addresses are told in all their spellings', () => {
  for (const host of [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    'localhost',
    'LOCALHOST',
    'a.localhost',
  ])
    assert.ok(isLoopbackHost(host), host);
  for (const host of ['128.0.0.1', '::2', 'localhost.example.com', '10.0.0.1', ''])
    assert.ok(!isLoopbackHost(host), host);
  for (const host of ['0.0.0.0', '::', '[::]']) assert.ok(isUnspecifiedHost(host), host);
  assert.ok(!isUnspecifiedHost('0.0.0.1'));
});

test('T64: our own port on any own address or name is us; any other port or machine is not', () => {
  const own = {
    listen: [{ host: '127.0.0.1', port: 8082 }],
    machine: ['192.168.1.20', 'fe80::1%eth0', 'Workstation', 'workstation.local'],
  };
  const isOwn = (url: string) => isOwnAddress(addressOf(new URL(url)), own);
  for (const url of [
    'http://127.0.0.1:8082',
    'http://127.1:8082',
    'http://localhost:8082/v1',
    'http://[::1]:8082',
    'http://[::ffff:127.0.0.1]:8082',
    'http://0.0.0.0:8082',
    'http://192.168.1.20:8082',
    'http://[fe80::1]:8082',
    'http://workstation:8082',
    'http://WORKSTATION.local.:8082',
    'http://2130706433:8082',
  ])
    assert.ok(isOwn(url), url);
  for (const url of [
    'http://127.0.0.1:11434',
    'http://192.168.1.21:8082',
    'https://api.anthropic.com',
    'http://localhost',
  ])
    assert.ok(!isOwn(url), url);
});

test('a port the system chooses later matches nothing', () => {
  const own = { listen: [{ host: '127.0.0.1', port: 0 }], machine: [] };
  assert.ok(!isOwnAddress({ host: '127.0.0.1', port: 0 }, own));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedHosts, isLoopback, listeningAddress, machineAddresses } from './addresses.ts';

test('loopback is known in every spelling, and nothing else is loopback', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
    assert.equal(isLoopback(address), true, address);
  for (const address of ['10.0.0.1', '::', '0.0.0.0', 'fe80::1', '::ffff:10.0.0.1', undefined]) {
    assert.equal(isLoopback(address), false, String(address));
  }
});

test('a URL brackets an IPv6 address', () => {
  assert.equal(listeningAddress('::1', 8082).url, 'http://[::1]:8082');
  assert.equal(listeningAddress('127.0.0.1', 8082).url, 'http://127.0.0.1:8082');
});

test('bound to loopback, only loopback and configured names are allowed', () => {
  assert.deepEqual(
    [...allowedHosts(['127.0.0.1', '::1'], ['Box.Lan'])],
    ['127.0.0.1', 'localhost', '[::1]', 'box.lan'],
  );
});

test('bound beyond loopback, the addresses of this machine are allowed too', () => {
  const hosts = allowedHosts(['0.0.0.0'], []);
  for (const address of machineAddresses())
    assert.ok(hosts.has(address.includes(':') ? `[${address}]` : address), address);
});

/** A gateway that is led back to itself notices at once, instead of calling itself until the machine is out of sockets. */
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import { call, message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { ownNetworkAddress } from '../support/own-network-address.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const closed = Promise.withResolvers<void>();
  server.close(() => {
    closed.resolve();
  });
  await closed.promise;
  return port;
}

async function startAt(port: number, baseUrl: string, host = '127.0.0.1'): Promise<InProcessGateway> {
  return startInProcess({
    providers: [
      exampleProvider({ name: 'next', origin: originOf(new URL(baseUrl)), auth: { kind: 'caller' } }),
    ],
    server: { listen: [{ host, port }], clientKeys: [] },
  });
}

const TRIES = 3;

/** Each try ends as a loop; the quickest counts, because this machine may be busy with something else. */
async function assertLoop(gateway: InProcessGateway): Promise<void> {
  const url = gateway.url.replace('0.0.0.0', '127.0.0.1');
  let quickest = Infinity;
  for (let round = 0; round < TRIES; round += 1) {
    const startedAt = performance.now();
    const answer = await call(url, '/v1/messages', { body: message('claude-opus-4-8') });
    quickest = Math.min(quickest, performance.now() - startedAt);
    assert.equal(answer.status, 508, answer.body.toString());
    assert.equal(answer.headers['x-should-retry'], 'false');
  }
  assert.ok(quickest < 100, `${quickest} ms`);
}

describe('a provider that is the gateway itself is a loop, by whatever name', () => {
  const network = ownNetworkAddress();
  const names: readonly (readonly [name: string, listen: string])[] = [
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', '127.0.0.1'],
    ['127.0.0.1', '0.0.0.0'],
    ['127.9.9.9', '0.0.0.0'],
    ['0.0.0.0', '0.0.0.0'],
    ...(network === undefined ? [] : [[network, '0.0.0.0'] as const]),
  ];
  for (const [name, listen] of names) {
    test(`${name} while listening on ${listen}`, async () => {
      await using opened = new AsyncDisposableStack();
      const port = await freePort();
      const gateway = await startAt(port, `http://${name}:${port}`, listen);
      opened.defer(async () => gateway.stop());
      await assertLoop(gateway);
      assert.equal(gateway.records.length, TRIES, 'nothing came back');
    });
  }
});

test('two gateways that lead to each other stop after one round', async () => {
  await using opened = new AsyncDisposableStack();
  const [one, other] = [await freePort(), await freePort()];
  const first = await startAt(one, `http://localhost:${other}`);
  opened.defer(async () => first.stop());
  const second = await startAt(other, `http://127.0.0.1:${one}`);
  opened.defer(async () => second.stop());
  await assertLoop(first);
  await first.record(2 * TRIES);
  assert.equal(first.records.length, 2 * TRIES);
  assert.equal(second.records.length, TRIES);
});

test('a path of nobody’s runs in no circle either', async () => {
  await using opened = new AsyncDisposableStack();
  const [one, other] = [await freePort(), await freePort()];
  const first = await startAt(one, `http://localhost:${other}`);
  opened.defer(async () => first.stop());
  const second = await startAt(other, `http://localhost:${one}`);
  opened.defer(async () => second.stop());
  const { status } = await call(first.url, '/v1/files', { method: 'GET' });
  assert.equal(status, 508);
});

test('a request that has passed four gateways goes no further', async () => {
  await using opened = new AsyncDisposableStack();
  const gateway = await startAt(0, 'http://127.0.0.1:9');
  opened.defer(async () => gateway.stop());
  const headers = { 'x-switchyard-hop': 'a,b,c,d' };
  const { status } = await call(gateway.url, '/v1/messages', { headers, body: message('claude-opus-4-8') });
  assert.equal(status, 508);
});

import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { TestAuthority, testAuthority } from '../../test/support/certificates.ts';
import {
  Probe,
  failureOf,
  probeTransport,
  providerAt,
  requestTo,
} from '../../test/support/transport-probe.ts';
import { soon, until } from '../../test/support/until.ts';
import { GatewayError } from '../domain/errors.ts';
import { ANTHROPIC_ORIGIN, originOf } from '../domain/origin.ts';
import type { Provider } from '../domain/provider.ts';
import { Secret } from '../lib/secret.ts';
import type { ObservableTransport } from './create-transport.ts';

const authority = testAuthority();

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function transportForTest(options = {}): ObservableTransport {
  const transport = probeTransport(options);
  cleanups.push(() => soon('the transport to close', transport.close()));
  return transport;
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** An HTTPS server for the given names; keeps the requests it saw. */
async function httpsUpstream(
  names: string[],
  options = {},
): Promise<{ port: number; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createHttpsServer({ ...authority.issue(names, options) }, (request, response) => {
    seen.push(request);
    response.end('secure');
  });
  server.on('tlsClientError', () => {});
  return { port: await listen(server), seen };
}

describe('the origin and the socket', () => {
  test('connect_to with a private authority redirects the socket of https://api.anthropic.com and nothing else', async () => {
    const upstream = await httpsUpstream(['api.anthropic.com']);
    const provider = providerAt(ANTHROPIC_ORIGIN, {
      connectTo: { host: '127.0.0.1', port: upstream.port },
      certificateAuthorities: authority.certificate,
    });
    const transport = transportForTest();
    for (let round = 0; round < 3; round += 1) {
      const request = requestTo(provider, { freshSocket: true });
      assert.equal((await soon('an answer', new Probe(transport, request).over)).text, 'secure');
    }
    for (const { headers, socket } of upstream.seen) {
      assert.equal(headers.host, 'api.anthropic.com');
      assert.equal(headers['x-api-key'], 'key-of-the-provider');
      assert.equal('servername' in socket ? socket.servername : '', 'api.anthropic.com');
    }
    assert.equal(upstream.seen.length, 3);
  });

  test('an address as origin is checked against the certificate without SNI', async () => {
    const upstream = await httpsUpstream(['127.0.0.1']);
    const provider = providerAt(`https://127.0.0.1:${upstream.port}`, {
      certificateAuthorities: authority.certificate,
    });
    assert.equal((await new Probe(transportForTest(), requestTo(provider)).over).text, 'secure');
  });

  test('an IPv6 origin is dialled without its brackets and named with them', async (context) => {
    const server = createHttpServer((request, response) => response.end(request.headers.host));
    const port = await listen(server, '::1').catch(() => undefined);
    if (port === undefined) return context.diagnostic('this machine has no IPv6 loopback');
    const probe = await new Probe(transportForTest(), requestTo(providerAt(`http://[::1]:${port}`))).over;
    assert.equal(probe.text, `[::1]:${port}`);
  });

  test('a credential for another origin is refused before any socket is opened', async () => {
    let connections = 0;
    const port = await listen(createServer(() => (connections += 1)));
    const provider = providerAt(`http://127.0.0.1:${port}`);
    for (const other of [
      `http://127.0.0.1:${port + 1}`,
      `https://127.0.0.1:${port}`,
      `http://localhost:${port}`,
    ]) {
      const headers = [{ name: 'authorization', value: new Secret('Bearer oauth-of-the-caller') }];
      const credential = { origin: originOf(new URL(other)), owner: 'caller', headers } as const;
      const probe = await new Probe(transportForTest(), requestTo(provider, { credential })).over;
      assert.deepEqual(failureOf(probe), {
        code: 'credential_not_for_origin',
        sent: 'not-sent',
        http2: false,
        staleSocket: false,
      });
      assert.doesNotMatch(probe.failure?.error.message ?? '', /oauth-of/u);
    }
    assert.equal(connections, 0);
  });
});

describe('connections that cannot be made', () => {
  const not = { sent: 'not-sent', http2: false, staleSocket: false };

  test('a refused connection and an unknown name are unreachable', async () => {
    const port = await listen(createServer());
    for (const cleanup of cleanups.splice(0)) await cleanup();
    const transport = transportForTest({
      resolveAll: (_: string, done: (error: Error) => void) =>
        done(Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), { code: 'ENOTFOUND' })),
    });
    for (const url of [`http://127.0.0.1:${port}`, 'http://nowhere.test']) {
      const probe = await soon('the failure', new Probe(transport, requestTo(providerAt(url))).over);
      assert.deepEqual(failureOf(probe), { code: 'upstream_unreachable', ...not });
      assert.match(probe.failure?.error.message ?? '', /Connecting to .* failed: .*(?:REFUSED|ENOTFOUND)/u);
    }
  });

  test('a connection that does not come up ends by its own clock', async () => {
    const transport = transportForTest({ resolveAll: () => {} });
    const provider = providerAt('http://silent.test', { clocks: { connect: 30 } });
    const probe = await soon('the clock', new Probe(transport, requestTo(provider)).over);
    assert.deepEqual(failureOf(probe), { code: 'upstream_connect_timeout', ...not });
    assert.deepEqual(transport.counters.get('probe')?.timeouts, { upstream_connect_timeout: 1 });
  });

  test('a handshake that does not end has its own clock', async () => {
    const port = await listen(createServer());
    const provider = providerAt(`https://127.0.0.1:${port}`, { clocks: { connect: 2_000, tls: 30 } });
    const probe = await soon('the clock', new Probe(transportForTest(), requestTo(provider)).over);
    assert.deepEqual(failureOf(probe), { code: 'upstream_tls_timeout', ...not });
  });

  for (const code of ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOMEM']) {
    test(`${code} is a lack of local resources, not the provider's fault`, async () => {
      const transport = transportForTest({
        resolveAll: (_: string, done: (error: Error) => void) =>
          done(Object.assign(new Error(code), { code })),
      });
      const probe = await new Probe(transport, requestTo(providerAt('http://any.test'))).over;
      assert.equal(probe.failure?.error.code, 'local_resource');
    });
  }

  test('abort while resolving, connecting or shaking hands leaves no socket behind', async () => {
    const port = await listen(createServer());
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.resume();
    });
    const silent = await listen(server);
    const transport = transportForTest({ resolveAll: () => {} });
    const providers = [
      providerAt('http://silent.test'),
      providerAt(`http://127.0.0.1:${port}`),
      providerAt(`https://127.0.0.1:${silent}`),
    ];
    const probes = providers.map((provider) => new Probe(transport, requestTo(provider)));
    await until('the handshake to begin', () => connections === 1);
    for (const probe of probes) probe.abort();
    await until('the handshake to be given up', async () => {
      const { promise, resolve } = Promise.withResolvers<number>();
      server.getConnections((_, count) => resolve(count));
      return (await promise) === 0;
    });
    await soon('closing', transport.close());
    assert.deepEqual(
      probes.map(({ late }) => late),
      [[], [], []],
    );
  });
});

describe('TLS fails closed', () => {
  const cases: [name: string, provider: () => Promise<Provider>][] = [
    [
      'an expired certificate',
      async () => trusting((await httpsUpstream(['api.anthropic.com'], { days: -1 })).port),
    ],
    ['a certificate for another name', async () => trusting((await httpsUpstream(['other.test'])).port)],
    [
      'a certificate of an authority that is not trusted',
      async () =>
        trusting((await httpsUpstream(['api.anthropic.com'])).port, new TestAuthority().certificate),
    ],
    [
      'a private authority when none is configured',
      async () => trusting((await httpsUpstream(['api.anthropic.com'])).port, 'system'),
    ],
    ['an authority that is not PEM', async () => trusting((await httpsUpstream(['x.test'])).port, 'junk')],
    [
      'a server that does not speak TLS',
      async () => trusting(await listen(createHttpServer((_, response) => response.end()))),
    ],
    [
      'a connection that ends during the handshake',
      async () => trusting(await listen(createServer((s) => s.end()))),
    ],
    ['TLS 1.1', async () => trusting(await listen(oldServer()))],
  ];

  /** `authorities` is what the provider trusts, `'system'` for nothing of its own. */
  function trusting(port: number, authorities = authority.certificate): Provider {
    const certificateAuthorities = authorities === 'system' ? undefined : authorities;
    return providerAt(ANTHROPIC_ORIGIN, { connectTo: { host: '127.0.0.1', port }, certificateAuthorities });
  }

  function oldServer(): Server {
    const server = createTlsServer({
      ...authority.issue(['api.anthropic.com']),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    return server.on('tlsClientError', () => {});
  }

  for (const [name, provider] of cases) {
    test(`${name} is refused, nothing is sent`, async () => {
      const probe = new Probe(transportForTest(), requestTo(await provider()));
      await soon('the refusal', probe.over);
      assert.equal(probe.failure?.error.code, 'upstream_tls');
      assert.equal(probe.failure.sent, 'not-sent');
    });
  }

  test('a transport cannot be made while the environment switches the checks off', () => {
    assert.throws(
      () => probeTransport({ environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }),
      (error) => error instanceof GatewayError && /NODE_TLS_REJECT_UNAUTHORIZED/u.test(error.message),
    );
    assert.ok(probeTransport({ environment: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } }));
  });
});

describe('the loop guard', () => {
  test('a provider that is this gateway itself is refused before anything is written', async () => {
    let received = 0;
    const port = await listen(createServer((socket) => socket.on('data', () => (received += 1))));
    const transport = transportForTest({ ownAddresses: () => own });
    let own: { address: string; port: number }[] = [];
    const addresses = ['127.0.0.1', '0.0.0.0', '::', '::ffff:127.0.0.1'];
    for (const address of addresses) {
      own = [{ address, port }];
      for (const url of [
        `http://127.0.0.1:${port}`,
        `https://127.0.0.1:${port}`,
        `http://localhost:${port}`,
      ]) {
        const probe = await soon('the refusal', new Probe(transport, requestTo(providerAt(url))).over);
        assert.equal(probe.failure?.error.code, 'loop_detected', `${address} ${url}`);
        assert.equal(probe.failure.sent, 'not-sent');
      }
    }
    assert.equal(received, 0);
  });

  test('another server on this machine is fine', async () => {
    const port = await listen(createHttpServer((_, response) => response.end('other')));
    const own = [
      { address: '0.0.0.0', port: port + 1 },
      { address: '127.0.0.9', port },
    ];
    const transport = transportForTest({ ownAddresses: () => own });
    const probe = await new Probe(transport, requestTo(providerAt(`http://127.0.0.1:${port}`))).over;
    assert.equal(probe.text, 'other');
  });
});

describe('outbound proxies', () => {
  interface SeenConnect {
    readonly target: string | undefined;
    readonly authorization: string | undefined;
  }

  /** A proxy that tunnels to where `route` says, or answers with `answer`. */
  async function proxy(port: number, answer?: string): Promise<{ url: string; seen: SeenConnect[] }> {
    const seen: SeenConnect[] = [];
    const server = createHttpServer();
    server.on('connect', (request: IncomingMessage, client: Socket) => {
      seen.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
      client.on('error', () => {});
      if (answer !== undefined) {
        client.end(answer);
        return;
      }
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\nvia: proxy\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      upstream.on('error', () => {});
    });
    return { url: `http://127.0.0.1:${await listen(server)}`, seen };
  }

  test('TLS and plain origins go through a tunnel, with the proxy credential for the proxy alone', async () => {
    const secure = await httpsUpstream(['api.anthropic.com']);
    const plain = createHttpServer((request, response) => response.end(JSON.stringify(request.headers)));
    const outboundProxy = (url: string) => ({
      origin: originOf(new URL(url)),
      authorization: new Secret('Basic dXNlcjpwYXNz'),
    });
    const first = await proxy(secure.port);
    const overTls = providerAt(ANTHROPIC_ORIGIN, {
      outboundProxy: outboundProxy(first.url),
      certificateAuthorities: authority.certificate,
    });
    const transport = transportForTest();
    assert.equal((await soon('an answer', new Probe(transport, requestTo(overTls)).over)).text, 'secure');
    assert.deepEqual(first.seen, [{ target: 'api.anthropic.com:443', authorization: 'Basic dXNlcjpwYXNz' }]);
    assert.equal(secure.seen[0]?.headers['proxy-authorization'], undefined);
    const second = await proxy(await listen(plain));
    const overPlain = providerAt('http://models.test:8000', { outboundProxy: outboundProxy(second.url) });
    const probe = await soon('an answer', new Probe(transport, requestTo(overPlain)).over);
    assert.equal(JSON.parse(probe.text).host, 'models.test:8000');
    assert.equal(JSON.parse(probe.text)['proxy-authorization'], undefined);
    assert.equal(second.seen[0]?.target, 'models.test:8000');
  });

  const refusals: [answer: string, reason: RegExp][] = [
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', /user name and password/u],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', /status 502/u],
    ['HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', /sent data before/u],
    ['nonsense\r\n\r\n', /not HTTP/u],
    ['HTTP/1.1 200 OK\r\n', /closed the connection/u],
    [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, /not HTTP/u],
  ];
  for (const [answer, reason] of refusals) {
    test(`a proxy that answers ${JSON.stringify(answer.slice(0, 40))} is named in the error`, async () => {
      const { url } = await proxy(1, answer);
      const origin = originOf(new URL(url));
      const provider = providerAt(ANTHROPIC_ORIGIN, { outboundProxy: { origin, authorization: undefined } });
      const probe = await soon('the failure', new Probe(transportForTest(), requestTo(provider)).over);
      assert.equal(probe.failure?.error.code, 'upstream_unreachable');
      assert.equal(probe.failure.sent, 'not-sent');
      assert.match(probe.failure.error.message, reason);
      assert.ok(probe.failure.error.message.includes(url));
    });
  }

  test('a proxy that is not there is named, and one that never answers ends by the connect clock', async () => {
    const silent = `http://127.0.0.1:${await listen(createServer())}`;
    for (const [url, code] of [
      ['http://127.0.0.1:1', 'upstream_unreachable'],
      [silent, 'upstream_connect_timeout'],
    ] as const) {
      const outboundProxy = { origin: originOf(new URL(url)), authorization: undefined };
      const provider = providerAt(ANTHROPIC_ORIGIN, { outboundProxy, clocks: { connect: 50 } });
      const probe = await soon('the failure', new Probe(transportForTest(), requestTo(provider)).over);
      assert.equal(probe.failure?.error.code, code);
      assert.ok(probe.failure.error.message.includes(url));
    }
  });

  test("a proxy that is reached over TLS itself is trusted by the system's authorities only", async () => {
    const secure = createHttpsServer(authority.issue(['127.0.0.1']));
    secure.on('tlsClientError', () => {});
    const origin = originOf(new URL(`https://127.0.0.1:${await listen(secure)}`));
    const provider = providerAt(ANTHROPIC_ORIGIN, {
      outboundProxy: { origin, authorization: undefined },
      certificateAuthorities: authority.certificate,
    });
    const probe = await soon('the failure', new Probe(transportForTest(), requestTo(provider)).over);
    assert.equal(probe.failure?.error.code, 'upstream_unreachable');
  });
});

import assert from 'node:assert/strict';
import { createSecureServer, createServer } from 'node:http2';
import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { testAuthority } from '../../test/support/certificates.ts';
import { startH2Upstream } from '../../test/support/h2-upstream.ts';
import type { H2Behaviour } from '../../test/support/h2-upstream.ts';
import {
  Probe,
  failureOf,
  probeTransport,
  providerAt,
  requestTo,
} from '../../test/support/transport-probe.ts';
import type { ProviderChanges } from '../../test/support/transport-probe.ts';
import { soon, until } from '../../test/support/until.ts';
import type { Provider } from '../domain/provider.ts';
import type { ObservableTransport } from './create-transport.ts';

const authority = testAuthority();
const certificate = authority.issue(['127.0.0.1', 'api.z.ai']);
/** Long enough for a busy machine; tests about a clock shorten that one. */
const CLOCKS = { connect: 5_000, tls: 5_000, h2Headers: 5_000 };
const SHORT = 60;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function transportForTest(options = {}): ObservableTransport {
  const transport = probeTransport(options);
  cleanups.push(() => soon('the transport to close', transport.close()));
  return transport;
}

function zai(port: number, changes: ProviderChanges = {}): Provider {
  return providerAt('https://api.z.ai', {
    name: 'zai',
    http: '2',
    connectTo: { host: '127.0.0.1', port },
    certificateAuthorities: authority.certificate,
    ...changes,
    clocks: { ...CLOCKS, ...changes.clocks },
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A well-behaved HTTP/2 server over TLS. */
async function politeUpstream(
  onStream: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void,
  settings = {},
): Promise<{ port: number; sessions: () => number }> {
  let sessions = 0;
  const server = createSecureServer({ ...certificate, settings, allowHTTP1: false });
  server.on('session', (session) => {
    sessions += 1;
    session.on('error', () => {});
    cleanups.push(() => session.destroy());
  });
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  return { port: await listen(server), sessions: () => sessions };
}

describe('HTTP/2 that works', () => {
  test('requests share one connection and carry the right headers', async () => {
    const seen: Record<string, unknown>[] = [];
    const upstream = await politeUpstream((stream, headers) => {
      seen.push({ ...headers });
      stream.respond({ ':status': 200, 'x-a': ['1', '2'], 'content-type': 'text/plain' });
      stream.end('fine');
    });
    const transport = transportForTest();
    const provider = zai(upstream.port);
    const request = requestTo(provider, { headers: ['X-Twice', 'a', 'x-twice', 'b', 'connection', 'x'] });
    const probes = Array.from({ length: 20 }, () => new Probe(transport, request));
    for (const probe of probes) {
      await soon('an answer', probe.over);
      assert.equal(probe.text, 'fine');
      assert.equal(probe.head?.http2, true);
      assert.deepEqual(probe.head.headers.slice(0, 6), [
        'x-a',
        '1',
        'x-a',
        '2',
        'content-type',
        'text/plain',
      ]);
    }
    assert.equal(upstream.sessions(), 1);
    const [first] = seen;
    assert.equal(first?.[':authority'], 'api.z.ai');
    assert.equal(first[':path'], '/v1/messages');
    assert.equal(first['content-length'], '13');
    assert.equal(first['x-twice'], 'a, b');
    assert.equal(first['x-api-key'], 'key-of-the-provider');
    assert.equal(first['connection'], undefined);
    assert.equal(transport.counters.get('zai')?.h2Successes, 20);
  });

  test('more requests than streams open another connection instead of queueing', async () => {
    const held: ServerHttp2Stream[] = [];
    const upstream = await politeUpstream(
      (stream, headers) => {
        if (headers[':path'] === '/first') stream.respond({ ':status': 200 }, { endStream: true });
        else held.push(stream);
      },
      { maxConcurrentStreams: 2 },
    );
    const transport = transportForTest();
    const provider = zai(upstream.port, { clocks: { h2Headers: 0 } });
    // The limit travels in SETTINGS; after one answer it is certainly known.
    await soon('an answer', new Probe(transport, requestTo(provider, { path: '/first' })).over);
    const probes = [new Probe(transport, requestTo(provider)), new Probe(transport, requestTo(provider))];
    await until('both requests', () => held.length === 2);
    probes.push(new Probe(transport, requestTo(provider)));
    await until('the third request', () => held.length === 3);
    assert.equal(upstream.sessions(), 2);
    for (const stream of held) stream.respond({ ':status': 200 }, { endStream: true });
    for (const probe of probes) assert.equal((await soon('the end', probe.over)).ended, true);
  });

  test('a burst larger than one connection may carry is spread before the provider has told its limit', async () => {
    const held: ServerHttp2Stream[] = [];
    const upstream = await politeUpstream((stream) => held.push(stream), { maxConcurrentStreams: 1_000 });
    const transport = transportForTest();
    const provider = zai(upstream.port, { clocks: { h2Headers: 0 } });
    const probes = Array.from({ length: 150 }, () => new Probe(transport, requestTo(provider)));
    await until('all requests', () => held.length === 150);
    assert.ok(upstream.sessions() <= 2);
    for (const stream of held) stream.respond({ ':status': 200 }, { endStream: true });
    for (const probe of probes) assert.equal((await soon('the end', probe.over)).ended, true);
  });

  test('a paused stream stops its sender and hinders no other stream', async () => {
    const size = 8 * 1024 * 1024;
    const upstream = await politeUpstream((stream, headers) => {
      stream.respond({ ':status': 200 });
      stream.end(headers['x-size'] === 'big' ? Buffer.alloc(size, 'x') : 'small');
    });
    const transport = transportForTest();
    const provider = zai(upstream.port);
    const big = new Probe(transport, requestTo(provider, { headers: ['x-size', 'big'] }));
    let received = 0;
    big.onChunk = (chunk) => {
      if (received === 0) big.call.pause();
      received += chunk.length;
    };
    await big.dataSeen;
    for (let round = 0; round < 20; round += 1) {
      const small = await soon('a small answer', new Probe(transport, requestTo(provider)).over);
      assert.equal(small.text, 'small');
    }
    assert.ok(received <= 65_536, `${received} bytes came through a paused stream`);
    big.call.resume();
    await soon('the rest', big.over);
    assert.equal(received, size);
    assert.equal(upstream.sessions(), 1);
  });

  test('abort resets the one stream and leaves the others alone', async () => {
    const upstream = await startH2Upstream({ behaviour: { kind: 'silent-midway' }, certificate });
    cleanups.push(() => upstream.close());
    const transport = transportForTest();
    const provider = zai(upstream.port);
    const probes = [new Probe(transport, requestTo(provider)), new Probe(transport, requestTo(provider))];
    for (const probe of probes) await soon('data', probe.dataSeen);
    const reset = upstream.nextReset();
    probes[0]?.abort();
    assert.equal(await soon('the reset', reset), 8);
    upstream.behave({ kind: 'normal' });
    assert.equal((await soon('an answer', new Probe(transport, requestTo(provider)).over)).ended, true);
    assert.equal(upstream.connections, 1);
    assert.deepEqual(probes[0]?.late, []);
    assert.equal(probes[1]?.failure, undefined);
    probes[1]?.abort();
  });

  test('abort works while the connection is being made and while headers are awaited', async () => {
    for (const kind of ['no-handshake', 'no-settings', 'no-headers'] as const) {
      const upstream = await startH2Upstream({ behaviour: { kind }, certificate });
      const transport = transportForTest();
      const provider = zai(upstream.port, { clocks: { tls: 0, h2Headers: 0 } });
      const probe = new Probe(transport, requestTo(provider));
      if (kind === 'no-handshake') await until('the connection', () => upstream.connections === 1);
      else await until('the request', () => upstream.requests === 1);
      probe.abort();
      if (kind !== 'no-handshake') await until('the reset', () => upstream.resets.length === 1);
      await soon('closing', transport.close());
      assert.deepEqual(probe.late, []);
      await upstream.close();
    }
  });
});

describe('the choice of the protocol', () => {
  test('"auto" takes HTTP/2 where it is offered and HTTP/1.1 where not, and remembers the latter', async () => {
    const two = await politeUpstream((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
    const one = createHttpsServer(certificate, (_, response) => response.end('one'));
    const transport = transportForTest();
    const auto = (port: number, name: string): Provider => zai(port, { http: 'auto', name });
    const first = await new Probe(transport, requestTo(auto(two.port, 'two'))).over;
    assert.equal(first.head?.http2, true);
    const provider = auto(await listen(one), 'one');
    const probes = Array.from({ length: 4 }, () => new Probe(transport, requestTo(provider)));
    for (const probe of probes) assert.equal((await soon('an answer', probe.over)).text, 'one');
    const later = await new Probe(transport, requestTo(provider)).over;
    assert.equal(later.head?.http2, false);
    assert.equal(transport.counters.get('one')?.connects, 4);
  });

  test('"2" against a server without HTTP/2 fails, marked as HTTP/2, with nothing sent', async () => {
    const one = createHttpsServer({ ...certificate, ALPNProtocols: [] }, (_, response) => response.end());
    const provider = zai(await listen(one));
    const probe = await new Probe(transportForTest(), requestTo(provider)).over;
    assert.equal(probe.failure?.http2, true);
    assert.equal(probe.failure.sent, 'not-sent');
    assert.ok(['upstream_tls', 'upstream_protocol'].includes(probe.failure.error.code));
  });

  test('HTTP/2 with prior knowledge works on a plain origin', async () => {
    const server: Http2Server = createServer((_, response) => response.end('plain'));
    const port = await listen(server);
    const provider = providerAt(`http://127.0.0.1:${port}`, { http: '2' });
    const transport = transportForTest();
    const probe = await soon('an answer', new Probe(transport, requestTo(provider)).over);
    assert.equal(probe.text, 'plain');
    assert.equal(probe.head?.http2, true);
  });

  test('a refused connection is not blamed on HTTP/2', async () => {
    const upstream = await startH2Upstream({ behaviour: { kind: 'normal' }, certificate });
    await upstream.close();
    const closedPort = await politeUpstream(() => {}).then(({ port }) => port);
    for (const cleanup of cleanups.splice(0)) await cleanup();
    const probe = await new Probe(transportForTest(), requestTo(zai(closedPort))).over;
    assert.equal(probe.failure?.error.code, 'upstream_unreachable');
    assert.equal(probe.failure.http2, false);
  });
});

describe('HTTP/2 that stalls or breaks', () => {
  const maybe = { sent: 'maybe-sent', http2: true, staleSocket: false };
  const not = { ...maybe, sent: 'not-sent' };
  const cases: [behaviour: H2Behaviour, failure: object][] = [
    [{ kind: 'no-handshake' }, { code: 'upstream_tls_timeout', ...not }],
    [{ kind: 'no-settings' }, { code: 'upstream_headers_timeout', ...maybe }],
    [{ kind: 'no-headers' }, { code: 'upstream_headers_timeout', ...maybe }],
    [{ kind: 'zero-window' }, { code: 'upstream_headers_timeout', ...maybe }],
    [{ kind: 'refused-stream' }, { code: 'upstream_reset', ...not }],
    [
      { kind: 'goaway-before', code: 0 },
      { code: 'upstream_reset', ...not },
    ],
    [
      { kind: 'goaway-before', code: 11 },
      { code: 'upstream_reset', ...not },
    ],
    [
      { kind: 'goaway-during', code: 2 },
      { code: 'upstream_reset', ...maybe },
    ],
    [
      { kind: 'goaway-during', code: 0 },
      { code: 'upstream_reset', ...maybe },
    ],
    [
      { kind: 'reset', code: 0 },
      { code: 'upstream_reset', ...maybe },
    ],
    [
      { kind: 'reset', code: 1 },
      { code: 'upstream_protocol', ...maybe },
    ],
    [
      { kind: 'reset', code: 2 },
      { code: 'upstream_reset', ...maybe },
    ],
    [
      { kind: 'reset', code: 8 },
      { code: 'upstream_reset', ...maybe },
    ],
    [
      { kind: 'reset', code: 11 },
      { code: 'upstream_reset', ...maybe },
    ],
    [
      { kind: 'reset', code: 13 },
      { code: 'upstream_protocol', ...not },
    ],
    [{ kind: 'close' }, { code: 'upstream_reset', ...maybe }],
    [{ kind: 'not-http2' }, { code: 'upstream_protocol', ...maybe }],
  ];
  for (const [behaviour, failure] of cases) {
    test(`${JSON.stringify(behaviour)} before the headers`, async () => {
      const upstream = await startH2Upstream({ behaviour, certificate });
      cleanups.push(() => upstream.close());
      const transport = transportForTest();
      const begun = performance.now();
      const stalls = 'code' in failure && failure.code === 'upstream_headers_timeout' ? 1 : 0;
      const clocks = {
        ...(stalls === 1 && { h2Headers: SHORT }),
        ...(behaviour.kind === 'no-handshake' && { tls: SHORT }),
      };
      const probe = new Probe(transport, requestTo(zai(upstream.port, { clocks })));
      await soon('the failure', probe.over);
      assert.ok(performance.now() - begun < 2_000);
      assert.deepEqual(failureOf(probe), failure);
      assert.equal(transport.counters.get('zai')?.h2HeaderTimeouts, stalls);
    });
  }

  const midway: [behaviour: H2Behaviour, code: string][] = [
    [{ kind: 'reset-midway', code: 0 }, 'upstream_reset'],
    [{ kind: 'reset-midway', code: 2 }, 'upstream_reset'],
    [{ kind: 'reset-midway', code: 7 }, 'upstream_reset'],
    [{ kind: 'reset-midway', code: 8 }, 'upstream_reset'],
    [{ kind: 'cut-midway' }, 'upstream_reset'],
    [{ kind: 'silent-midway' }, 'upstream_idle_timeout'],
  ];
  for (const [behaviour, code] of midway) {
    test(`${JSON.stringify(behaviour)} is an error after the part, never a clean end`, async () => {
      const upstream = await startH2Upstream({ behaviour, certificate });
      cleanups.push(() => upstream.close());
      const clocks = behaviour.kind === 'silent-midway' ? { idle: SHORT } : {};
      const provider = zai(upstream.port, { clocks });
      const probe = new Probe(transportForTest(), requestTo(provider));
      await soon('the failure', probe.over);
      assert.equal(probe.ended, false);
      assert.equal(probe.head?.status, 200);
      assert.deepEqual(failureOf(probe), { code, ...maybe });
    });
  }

  test('without the fallback to HTTP/1.1 the stall clock is off', async () => {
    const upstream = await startH2Upstream({ behaviour: { kind: 'no-headers' }, certificate });
    cleanups.push(() => upstream.close());
    const transport = transportForTest();
    const provider = zai(upstream.port, { h2Fallback: false, clocks: { h2Headers: 20, headersStream: 120 } });
    const begun = performance.now();
    const probe = await soon('the failure', new Probe(transport, requestTo(provider)).over);
    assert.equal(probe.failure?.error.code, 'upstream_headers_timeout');
    assert.ok(performance.now() - begun >= 119);
    assert.equal(transport.counters.get('zai')?.h2HeaderTimeouts, 0);
  });

  test('a connection that stalled gets no further request', async () => {
    const upstream = await startH2Upstream({ behaviour: { kind: 'no-headers' }, certificate });
    cleanups.push(() => upstream.close());
    const transport = transportForTest();
    const impatient = zai(upstream.port, { clocks: { h2Headers: SHORT } });
    await soon('the stall', new Probe(transport, requestTo(impatient)).over);
    upstream.behave({ kind: 'normal' });
    const provider = zai(upstream.port);
    assert.equal((await soon('an answer', new Probe(transport, requestTo(provider)).over)).ended, true);
    assert.equal(upstream.connections, 2);
  });
});

describe('the way back to HTTP/1.1', () => {
  /** Speaks HTTP/1.1 properly; over HTTP/2 it takes requests and never answers. */
  async function stallingUpstream(): Promise<{ port: number; h2Requests: () => number }> {
    let h2Requests = 0;
    const server = createSecureServer({ ...certificate, allowHTTP1: true });
    server.on('session', (session) => {
      session.on('error', () => {});
      cleanups.push(() => session.destroy());
    });
    server.on('stream', (stream) => {
      h2Requests += 1;
      stream.on('error', () => {});
    });
    server.on('request', (request, response) => {
      if (request.httpVersionMajor === 1) response.end('one');
    });
    return { port: await listen(server), h2Requests: () => h2Requests };
  }

  /** What the gateway does with such a failure: one more try on HTTP/1.1. */
  async function callWithFallback(transport: ObservableTransport, provider: Provider): Promise<Probe> {
    const probe = await soon('the first try', new Probe(transport, requestTo(provider)).over);
    if (probe.failure?.http2 !== true) return probe;
    return soon(
      'the second try',
      new Probe(transport, requestTo(provider, { forceHttp1: true, freshSocket: true })).over,
    );
  }

  test('T65: of 100 calls against a stalling HTTP/2 none fails, and only the first has to wait', async () => {
    const upstream = await stallingUpstream();
    let now = 0;
    const transport = transportForTest({ clock: { now: () => now, monotonic: () => now } });
    for (const http of ['2', 'auto'] as const) {
      const provider = zai(upstream.port, { http, name: http, clocks: { h2Headers: SHORT } });
      for (let round = 0; round < 100; round += 1) {
        const probe = await callWithFallback(transport, provider);
        assert.equal(probe.failure, undefined);
        assert.equal(probe.head?.http2, false);
        assert.equal(probe.text, 'one');
      }
      const counters = transport.counters.get(http);
      assert.equal(counters?.h2HeaderTimeouts, 1);
      assert.equal(counters.h1Successes, 100);
      assert.equal(transport.pinnedToHttp1(provider), 600_000);
    }
    assert.equal(upstream.h2Requests(), 2);
    now += 600_001;
    const provider = zai(upstream.port, { clocks: { h2Headers: SHORT } });
    assert.equal(transport.pinnedToHttp1(provider), 0);
    await callWithFallback(transport, provider);
    assert.equal(upstream.h2Requests(), 3);
  });

  test('a destination that nobody needs any more keeps no connection of a late request, whichever it takes', async () => {
    const server = createSecureServer({ ...certificate, allowHTTP1: true });
    server.on('request', (_, response) => response.end('fine'));
    server.on('session', (session) => cleanups.push(() => session.destroy()));
    const provider = zai(await listen(server));
    let now = 0;
    const transport = transportForTest({ clock: { now: () => now, monotonic: () => now } });
    const first = await soon(
      'HTTP/1.1',
      new Probe(transport, requestTo(provider, { forceHttp1: true })).over,
    );
    assert.equal(first.head?.http2, false);
    transport.keepOnly([]);
    now += 600_001;
    const late = await soon('HTTP/2', new Probe(transport, requestTo(provider)).over);
    assert.equal(late.head?.http2, true);
    await until('its connection to be closed', () => transport.openSockets === 0);
  });

  test('a second try that fails as well pins nothing', async () => {
    const upstream = await startH2Upstream({ behaviour: { kind: 'no-handshake' }, certificate });
    cleanups.push(() => upstream.close());
    const transport = transportForTest();
    const provider = zai(upstream.port, { clocks: { tls: SHORT } });
    const probe = await callWithFallback(transport, provider);
    assert.equal(probe.failure?.error.code, 'upstream_tls_timeout');
    assert.equal(transport.pinnedToHttp1(provider), 0);
  });
});

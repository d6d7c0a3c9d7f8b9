import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import {
  Probe,
  failureOf,
  probeTransport,
  providerAt,
  requestTo,
} from '../../test/support/transport-probe.ts';
import { soon, until } from '../../test/support/until.ts';
import type { ObservableTransport } from './create-transport.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function transportForTest(settings = {}): ObservableTransport {
  const transport = probeTransport({ settings });
  cleanups.push(() => soon('the transport to close', transport.close()));
  return transport;
}

interface RawUpstream {
  readonly url: string;
  readonly sockets: Set<Socket>;
  /** All bytes that came in, of all connections. */
  received: string;
  connections: number;
}

/** Answers whatever arrives by calling `onData` with each chunk. */
async function rawUpstream(onData: (socket: Socket, chunk: Buffer) => void): Promise<RawUpstream> {
  const server = createServer();
  const upstream: RawUpstream = { url: '', sockets: new Set(), received: '', connections: 0 };
  server.on('connection', (socket: Socket) => {
    upstream.connections += 1;
    upstream.sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => upstream.sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      upstream.received += chunk.toString('latin1');
      onData(socket, chunk);
    });
  });
  const url = await listen(server);
  cleanups.push(() => {
    for (const socket of upstream.sockets) socket.destroy();
    server.close();
  });
  return Object.assign(upstream, { url });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('what goes over the wire', () => {
  test('the request is framed once: method, path, Host, one Content-Length, the credential, the body', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const provider = providerAt(upstream.url);
    const headers = ['X-Custom', 'one', 'x-custom', 'two', 'content-length', '5', 'Host', 'evil.test'];
    const probe = await new Probe(transportForTest(), requestTo(provider, { headers })).over;
    assert.equal(probe.text, 'ok');
    const lines = upstream.received.split('\r\n');
    assert.equal(lines[0], 'POST /v1/messages HTTP/1.1');
    assert.deepEqual(
      lines.filter((line) => /^(host|content-length|transfer-encoding):/iu.test(line)),
      [`host: ${new URL(upstream.url).host}`, 'content-length: 13'],
    );
    assert.deepEqual(
      lines.filter((line) => /^x-/iu.test(line)),
      ['X-Custom: one', 'x-custom: two', 'x-api-key: key-of-the-provider'],
    );
    assert.ok(upstream.received.endsWith('\r\n\r\n{"model":"m"}'));
  });

  test('an empty POST still says how long its body is', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const request = requestTo(providerAt(upstream.url), { body: Buffer.alloc(0) });
    assert.equal((await new Probe(transportForTest(), request).over).ended, true);
    assert.match(upstream.received, /\r\ncontent-length: 0\r\n/u);
  });

  test('the head keeps order, case and repetition, and loses what belongs to one hop', async () => {
    const head =
      'HTTP/1.1 429 Slow Down\r\nX-B: 1\r\nset-cookie: a\r\nSet-Cookie: b\r\nConnection: keep-alive, X-Hop\r\n' +
      'X-Hop: secret\r\nKeep-Alive: timeout=30\r\nProxy-Authenticate: Basic\r\nUpgrade: h2c\r\nTrailer: x\r\n' +
      'Content-Encoding: gzip\r\nX-Latin: caf\xe9\r\nContent-Length: 2\r\n\r\nno';
    const upstream = await rawUpstream((socket) => socket.write(head, 'latin1'));
    const probe = await new Probe(transportForTest(), requestTo(providerAt(upstream.url))).over;
    assert.deepEqual(probe.head, {
      status: 429,
      http2: false,
      headers: [
        'X-B',
        '1',
        'set-cookie',
        'a',
        'Set-Cookie',
        'b',
        'Content-Encoding',
        'gzip',
        'X-Latin',
        'caf\xe9',
        'Content-Length',
        '2',
      ],
    });
  });

  test('informational heads are not the answer', async () => {
    const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n';
    const upstream = await rawUpstream((socket) => socket.write(hint + OK));
    const probe = await new Probe(transportForTest(), requestTo(providerAt(upstream.url))).over;
    assert.deepEqual(probe.statuses, [200]);
    assert.equal(probe.text, 'ok');
  });

  test('a redirect is an answer like any other', async () => {
    const head = 'HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n';
    const upstream = await rawUpstream((socket) => socket.write(head));
    const probe = await new Probe(transportForTest(), requestTo(providerAt(upstream.url))).over;
    assert.equal(probe.head?.status, 302);
    assert.equal(upstream.connections, 1);
  });

  test('header values with line breaks never reach a socket', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    for (const value of ['a\r\nx-evil: 1', 'a\nb', 'a\0b']) {
      const request = requestTo(provider, { headers: ['x-note', value] });
      assert.equal((await new Probe(transport, request).over).failure?.error.code, 'internal');
    }
    assert.equal(upstream.connections, 0);
  });

  test('a path that is not one is refused without a socket harmed', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const request = requestTo(providerAt(upstream.url), { path: '/a b\r\nx: y' });
    const probe = await new Probe(transportForTest(), request).over;
    assert.deepEqual(failureOf(probe), {
      code: 'bad_target',
      sent: 'not-sent',
      http2: false,
      staleSocket: false,
    });
    assert.equal(upstream.received, '');
  });
});

describe('reuse of connections', () => {
  test('the connection used last is used next', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    for (let round = 0; round < 5; round += 1) {
      await new Probe(transport, requestTo(provider)).over;
    }
    assert.equal(upstream.connections, 1);
    assert.equal(transport.counters.get('probe')?.connects, 1);
    assert.equal(transport.counters.get('probe')?.h1Successes, 5);
  });

  test('concurrent requests never wait for each other', async () => {
    const upstream = await rawUpstream((socket) => {
      if (upstream.connections === 8) for (const each of upstream.sockets) each.write(OK);
      else assert.ok(socket);
    });
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    const probes = Array.from({ length: 8 }, () => new Probe(transport, requestTo(provider)));
    await soon('all eight answers', Promise.all(probes.map((probe) => probe.over)));
    assert.equal(upstream.connections, 8);
  });

  test('a forced HTTP/1.1 request takes a fresh connection', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    await new Probe(transport, requestTo(provider)).over;
    await new Probe(transport, requestTo(provider, { forceHttp1: true })).over;
    assert.equal(upstream.connections, 2);
  });

  test('an answer with Connection: close is the last of its connection', async () => {
    const closing = OK.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n');
    const upstream = await rawUpstream((socket) => socket.write(closing));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    for (let round = 0; round < 3; round += 1) await new Probe(transport, requestTo(provider)).over;
    assert.equal(upstream.connections, 3);
  });

  test('an idle connection closes after its time, and sooner when the server hints so', async () => {
    const hint = OK.replace('\r\n\r\n', '\r\nkeep-alive: timeout=1\r\n\r\n');
    for (const [answer, settings] of [
      [OK, { idleSocket: 20, idleSocketMax: 20 }],
      [hint, { idleSocket: 60_000, idleSocketMax: 60_000 }],
    ] as const) {
      const upstream = await rawUpstream((socket) => socket.write(answer));
      const transport = transportForTest(settings);
      await new Probe(transport, requestTo(providerAt(upstream.url))).over;
      await until('the idle connection to close', () => upstream.sockets.size === 0);
      await until('the transport to notice', () => transport.openSockets === 0);
    }
  });

  test('more sockets than allowed are refused as a lack of local resources', async () => {
    const upstream = await rawUpstream(() => {});
    const transport = transportForTest({ maxSockets: 1 });
    const provider = providerAt(upstream.url);
    const first = new Probe(transport, requestTo(provider));
    const second = await new Probe(transport, requestTo(provider)).over;
    assert.equal(second.failure?.error.code, 'local_resource');
    assert.equal(second.failure?.sent, 'not-sent');
    first.abort();
  });

  test('closing lets running answers end, closes idle connections and refuses new requests', async () => {
    const upstream = await rawUpstream(() => {});
    const transport = probeTransport();
    const provider = providerAt(upstream.url);
    const running = new Probe(transport, requestTo(provider));
    const [socket] = await until('the request', () => upstream.received !== '' && [...upstream.sockets]);
    const closed = transport.close();
    const refused = await new Probe(transport, requestTo(provider)).over;
    assert.equal(refused.failure?.error.code, 'draining');
    socket?.write(OK);
    assert.equal((await running.over).ended, true);
    await soon('close', closed);
    assert.equal(transport.openSockets, 0);
  });
});

describe('poisoned and stale connections', () => {
  test('a second answer that nobody asked for is never given to the next request', async () => {
    const poison = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison';
    const upstream = await rawUpstream((socket) => socket.write(OK + poison));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    for (let round = 0; round < 100; round += 1) {
      const probe = await soon('an answer', new Probe(transport, requestTo(provider)).over);
      assert.equal(probe.text, 'ok');
    }
  });

  test('bytes that arrive on an idle connection end it', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    await new Probe(transport, requestTo(provider)).over;
    for (const socket of upstream.sockets) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison');
    const probe = await soon('an answer', new Probe(transport, requestTo(provider)).over);
    assert.equal(probe.text, 'ok');
    assert.equal(upstream.connections, 2);
  });

  test('a connection closed while idle costs the next request nothing', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    for (let round = 0; round < 100; round += 1) {
      for (const socket of upstream.sockets) socket.destroy();
      const probe = await soon('an answer', new Probe(transport, requestTo(provider)).over);
      if (probe.failure !== undefined) {
        assert.equal(probe.failure.staleSocket, true);
        continue;
      }
      assert.equal(probe.text, 'ok');
    }
  });

  test('a kept-alive connection that breaks on the request says so, a fresh one does not', async () => {
    let requests = 0;
    const upstream = await rawUpstream((socket) => {
      requests += 1;
      if (requests === 1) socket.write(OK);
      else socket.destroy();
    });
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    await new Probe(transport, requestTo(provider)).over;
    const stale = await new Probe(transport, requestTo(provider)).over;
    const fresh = await new Probe(transport, requestTo(provider)).over;
    const failure = { code: 'upstream_reset', sent: 'maybe-sent', http2: false };
    assert.deepEqual(failureOf(stale), { ...failure, staleSocket: true });
    assert.deepEqual(failureOf(fresh), { ...failure, staleSocket: false });
  });

  test('a kept-alive connection that breaks after the first response byte is not stale', async () => {
    let requests = 0;
    const upstream = await rawUpstream((socket) => {
      requests += 1;
      if (requests === 1) socket.write(OK);
      else socket.end('HTTP/1.1 200 OK\r\ncont');
    });
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    await new Probe(transport, requestTo(provider)).over;
    const probe = await new Probe(transport, requestTo(provider)).over;
    assert.equal(probe.failure?.error.code, 'upstream_reset');
    assert.equal(probe.failure?.staleSocket, false);
  });
});

describe('answers that break', () => {
  const begun = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n';
  const delimitedByEnd = 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello';
  const cases: [name: string, answer: string, ending: 'end' | 'reset' | 'stay', code: string][] = [
    ['chunked, closed', begun, 'end', 'upstream_reset'],
    ['chunked, reset', begun, 'reset', 'upstream_reset'],
    ['chunked, bad size', `${begun}zz\r\n`, 'stay', 'upstream_protocol'],
    ['short of its length', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello', 'end', 'upstream_reset'],
    [
      'short of its length, then closed as announced',
      'HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhello',
      'end',
      'upstream_reset',
    ],
    ['delimited by the end of the connection, but reset', delimitedByEnd, 'reset', 'upstream_reset'],
  ];
  for (const [name, answer, ending, code] of cases) {
    test(`${name}: the part is delivered, then an error, never a clean end`, async () => {
      const upstream = await rawUpstream((socket) => socket.write(answer));
      const probe = new Probe(transportForTest(), requestTo(providerAt(upstream.url)));
      await probe.dataSeen;
      for (const socket of upstream.sockets) {
        if (ending === 'end') socket.end();
        if (ending === 'reset') socket.resetAndDestroy();
      }
      await soon('the failure', probe.over);
      assert.equal(probe.text, 'hello');
      assert.equal(probe.ended, false);
      assert.equal(probe.failure?.error.code, code);
      assert.equal(probe.failure.sent, 'maybe-sent');
      assert.equal(probe.failure.staleSocket, false);
    });
  }

  const unfit: [name: string, answer: string][] = [
    ['something that is not HTTP', '220 smtp.example.test ready\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(80_000)}`],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ];
  for (const [name, answer] of unfit) {
    test(`${name} is a protocol error`, async () => {
      const upstream = await rawUpstream((socket) => socket.write(answer));
      const probe = new Probe(transportForTest(), requestTo(providerAt(upstream.url)));
      await soon('the failure', probe.over);
      assert.equal(probe.failure?.error.code, 'upstream_protocol');
    });
  }

  test('an answer delimited by the end of its connection ends cleanly', async () => {
    const upstream = await rawUpstream((socket) => socket.end(delimitedByEnd));
    const probe = await new Probe(transportForTest(), requestTo(providerAt(upstream.url))).over;
    assert.equal(probe.ended, true);
    assert.equal(probe.text, 'hello');
  });

  for (const ending of ['end', 'resetAndDestroy'] as const) {
    test(`such an answer may ${ending} while its reader is paused without harming the process`, async () => {
      const upstream = await rawUpstream((socket) => socket.write(delimitedByEnd));
      const probe = new Probe(transportForTest(), requestTo(providerAt(upstream.url)));
      probe.onChunk = () => probe.call.pause();
      await probe.dataSeen;
      for (const socket of upstream.sockets) socket[ending]();
      await soon('the ending', probe.over);
      assert.equal(probe.ended, ending === 'end');
    });
  }
});

describe('clocks', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n';
  const cases = [
    { name: 'headers of a stream', clocks: { headersStream: 30 }, stream: true, answer: '' },
    { name: 'headers of a whole answer', clocks: { headersWhole: 30 }, stream: false, answer: '' },
    { name: 'silence', clocks: { idle: 30 }, stream: true, answer: HEAD },
    { name: 'total of a stream', clocks: { totalStream: 30 }, stream: true, answer: HEAD },
    { name: 'total of a whole answer', clocks: { totalWhole: 30 }, stream: false, answer: HEAD },
  ];
  const codes = ['headers', 'headers', 'idle', 'total', 'total'];
  for (const [index, { name, clocks, stream, answer }] of cases.entries()) {
    test(`${name}: the clock ends the call, closes the socket and is counted`, async () => {
      const upstream = await rawUpstream((socket) => socket.write(answer));
      const transport = transportForTest();
      const begun = performance.now();
      const probe = new Probe(transport, requestTo(providerAt(upstream.url, { clocks }), { stream }));
      await soon('the clock', probe.over);
      const code = `upstream_${codes[index]}_timeout`;
      assert.equal(probe.failure?.error.code, code);
      assert.ok(performance.now() - begun >= 29);
      await until('the socket to close', () => upstream.sockets.size === 0);
      assert.deepEqual(transport.counters.get('probe')?.timeouts, { [code]: 1 });
    });
  }

  test('an upstream that keeps talking is never silent', async () => {
    let sent = 0;
    const upstream = await rawUpstream((socket) => {
      socket.write(HEAD);
      const timer = setInterval(() => {
        sent += 1;
        socket.write(sent < 8 ? '1\r\nx\r\n' : '0\r\n\r\n');
        if (sent === 8) clearInterval(timer);
      }, 20);
    });
    const provider = providerAt(upstream.url, { clocks: { idle: 100 } });
    const probe = await soon('the end', new Probe(transportForTest(), requestTo(provider)).over);
    assert.equal(probe.text, 'helloxxxxxxx');
  });

  test('a paused reader does not count as silence of the upstream', async () => {
    const upstream = await rawUpstream((socket) => socket.write(HEAD));
    const provider = providerAt(upstream.url, { clocks: { idle: 20, totalStream: 120 } });
    const probe = new Probe(transportForTest(), requestTo(provider));
    probe.onChunk = () => probe.call.pause();
    await soon('the total clock', probe.over);
    assert.equal(probe.failure?.error.code, 'upstream_total_timeout');
  });
});

describe('pause and resume', () => {
  test('a paused reader stops the sender, and everything arrives in the end', async () => {
    const size = 24 * 1024 * 1024;
    let handed = 0;
    const server = createHttpServer((_, response) => {
      response.writeHead(200, { 'content-length': size });
      const piece = Buffer.alloc(65_536, 'x');
      const write = (): void => {
        while (handed < size) {
          handed += piece.length;
          if (!response.write(piece)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    const url = await listen(server);
    cleanups.push(() => server.close());
    const probe = new Probe(transportForTest(), requestTo(providerAt(url)));
    let received = 0;
    probe.onChunk = (chunk) => {
      if (received === 0) probe.call.pause();
      received += chunk.length;
    };
    await probe.dataSeen;
    let before = -1;
    await until('the sender to stand still', async () => {
      const still = handed === before;
      before = handed;
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      return still;
    });
    assert.ok(received <= 2 * 65_536, `${received} bytes came through a paused call`);
    assert.ok(handed < 16 * 1024 * 1024, `the sender got rid of ${handed} bytes`);
    probe.call.resume();
    await soon('the rest', probe.over, 20_000);
    assert.equal(received, size);
  });
});

describe('abort', () => {
  test('while waiting for headers: the socket closes at once and nothing is called', async () => {
    const upstream = await rawUpstream(() => {});
    const probe = new Probe(transportForTest(), requestTo(providerAt(upstream.url)));
    await until('the request', () => upstream.received.endsWith('}'));
    probe.abort();
    await until('the socket to close', () => upstream.sockets.size === 0);
    assert.deepEqual(probe.late, []);
  });

  test('in the middle of the answer, also from within a callback', async () => {
    const upstream = await rawUpstream((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nab'),
    );
    for (const within of [false, true]) {
      const probe = new Probe(transportForTest(), requestTo(providerAt(upstream.url)));
      if (within) probe.onChunk = () => probe.abort();
      await probe.dataSeen;
      if (!within) probe.abort();
      await until('the socket to close', () => upstream.sockets.size === 0);
      assert.deepEqual(probe.late, []);
    }
  });

  test('before anything happened, while connecting, and after the end', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    const atOnce = new Probe(transport, requestTo(provider));
    atOnce.abort();
    const refused = new Probe(transport, requestTo(provider, { path: 'x' }));
    refused.abort();
    const done = await new Probe(transport, requestTo(provider)).over;
    done.abort();
    const next = await new Probe(transport, requestTo(provider)).over;
    assert.equal(next.text, 'ok');
    assert.deepEqual([atOnce.late, refused.late, done.late], [[], [], []]);
    assert.ok(upstream.received.split('POST').length <= 3);
  });

  test('of a request on a kept-alive connection leaves no trace in the pool', async () => {
    const upstream = await rawUpstream((socket) => socket.write(OK));
    const transport = transportForTest();
    const provider = providerAt(upstream.url);
    for (let round = 0; round < 50; round += 1) {
      await new Probe(transport, requestTo(provider)).over;
      const probe = new Probe(transport, requestTo(provider));
      probe.abort();
      assert.deepEqual(probe.late, []);
    }
    await until('aborted sockets to close', () => transport.openSockets <= 1);
  });
});

/** How large, how encoded and how slow a request body may be. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { originOf } from '../../src/domain/origin.ts';
import { text } from '../support/answers.ts';
import { call, message, type Called } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { exchangeRaw, openRaw } from '../support/raw-client.ts';
import { headerOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

const LIMIT = 1024 * 1024;
const CLIENT_HEADERS_MS = 400;
const CLIENT_BODY_MS = 300;

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
let host: string;
const opened = new AsyncDisposableStack();
before(async () => {
  upstream = await startScriptedUpstream({ answer: text('fine') });
  opened.defer(async () => upstream.close());
  gateway = await startInProcess({
    providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
    server: {
      maxBodyBytes: LIMIT,
      clocks: {
        clientHeaders: CLIENT_HEADERS_MS,
        clientBody: CLIENT_BODY_MS,
        clientWriteStall: 10_000,
        keepAlive: 5_000,
        drain: 1_000,
      },
    },
  });
  opened.defer(async () => gateway.stop());
  host = new URL(gateway.url).host;
});
after(async () => opened.disposeAsync());
beforeEach(() => upstream.reset());

/** A request of exactly this many bytes. */
function sized(bytes: number): Buffer {
  const empty = JSON.stringify(message('claude-opus-4-8', { pad: '' }));
  return Buffer.from(JSON.stringify(message('claude-opus-4-8', { pad: 'x'.repeat(bytes - empty.length) })));
}

const head = (...lines: readonly string[]): string =>
  `${['POST /v1/messages HTTP/1.1', `Host: ${host}`, ...lines].join('\r\n')}\r\n\r\n`;

describe('A4: size', () => {
  test('a body of exactly the limit passes, one byte more is 413', async () => {
    assert.equal((await call(gateway.url, '/v1/messages', { body: sized(LIMIT) })).status, 200);
    assert.equal((await upstream.request(1)).body.length, LIMIT);
    const more = await exchangeRaw(
      gateway.url,
      Buffer.concat([Buffer.from(head(`Content-Length: ${LIMIT + 1}`)), sized(LIMIT + 1)]),
    );
    assert.equal(more.status, 413);
    assert.equal(more.headers.get('x-should-retry'), 'false');
    assert.equal(upstream.requests.length, 1);
  });

  test('a declared length beyond the limit is refused before a byte of it is sent', async () => {
    for (const length of ['1048577', '33554433', '99999999999', '9007199254740991']) {
      const answer = await exchangeRaw(gateway.url, head(`Content-Length: ${length}`));
      assert.equal(answer.status, 413, length);
    }
  });

  test('with Expect: 100-continue it is refused instead of asked for', async () => {
    const connection = await openRaw(gateway.url);
    connection.write(head(`Content-Length: ${LIMIT + 1}`, 'Expect: 100-continue'));
    assert.equal((await connection.answer()).status, 413);
    assert.ok(!connection.received().includes('100 Continue'));
    connection.destroy();
  });

  test('chunks are refused as soon as they exceed the limit, not at their end', async () => {
    const connection = await openRaw(gateway.url);
    connection.write(head('Transfer-Encoding: chunked'));
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')]);
    for (let sent = 0; sent <= LIMIT; sent += 65_536) connection.write(chunk);
    assert.equal((await connection.answer()).status, 413);
    connection.destroy();
    assert.equal(upstream.requests.length, 0);
  });
});

type Encode = (body: Buffer) => Buffer;
const ENCODINGS: Readonly<Record<string, Encode>> = {
  gzip: (body) => gzipSync(body),
  'x-gzip': (body) => gzipSync(body),
  GZIP: (body) => gzipSync(body),
  deflate: (body) => deflateSync(body),
  br: (body) => brotliCompressSync(body),
  zstd: (body) => zstdCompressSync(body),
};

const post = async (encoding: string | string[], body: Buffer, path = '/v1/messages'): Promise<Called> =>
  call(gateway.url, path, { headers: { 'content-encoding': encoding }, body });

describe('T57: encodings', () => {
  for (const [encoding, encode] of Object.entries(ENCODINGS)) {
    test(`${encoding} is decoded, routed and sent on plain`, async () => {
      const plain = sized(10_000);
      assert.equal((await post(encoding, encode(plain))).status, 200);
      const seen = await upstream.request(1);
      assert.deepEqual(seen.body, plain);
      assert.equal(headerOf(seen, 'content-encoding'), undefined);
      assert.equal(headerOf(seen, 'content-length'), '10000');
    });

    test(`a bomb in ${encoding} is 413 and costs no more than the limit`, async () => {
      const bomb = encode(Buffer.alloc(16 * LIMIT, 0x20));
      const before = process.memoryUsage().arrayBuffers;
      assert.equal((await post(encoding, bomb)).status, 413);
      assert.ok(process.memoryUsage().arrayBuffers - before < 6 * LIMIT);
      assert.equal(upstream.requests.length, 0);
    });

    test(`${encoding} that is cut short or broken is 415`, async () => {
      const encoded = encode(sized(10_000));
      const broken = Buffer.from(encoded);
      broken.fill(0xff, 2, 12);
      for (const body of [encoded.subarray(0, -10), broken, Buffer.from('{"model":"claude-opus-4-8"}')])
        assert.equal((await post(encoding, body)).status, 415);
      assert.equal(upstream.requests.length, 0);
    });
  }

  const STACKED = [
    'gzip, gzip',
    'gzip,br',
    'identity, gzip',
    'gzip;q=1',
    'compress',
    'aws-chunked',
    '*',
    'gzip\tbr',
  ];
  for (const encoding of STACKED) {
    test(`${JSON.stringify(encoding)} is 415`, async () => {
      assert.equal((await post(encoding, gzipSync(gzipSync(sized(1_000))))).status, 415);
      assert.equal(upstream.requests.length, 0);
    });
  }

  test('two Content-Encoding lines are a stack too', async () => {
    assert.equal((await post(['gzip', 'gzip'], gzipSync(gzipSync(sized(1_000))))).status, 415);
  });

  test('identity is no encoding', async () => {
    assert.equal((await post('identity', sized(1_000))).status, 200);
  });

  test('on a path that is not ours an encoded body travels as it came', async () => {
    const body = gzipSync('{"events":[]}');
    await post('gzip', body, '/api/event_logging/batch');
    const seen = await upstream.request(1);
    assert.deepEqual(seen.body, body);
    assert.equal(headerOf(seen, 'content-encoding'), 'gzip');
  });
});

describe('A7: slow clients', () => {
  test('200 that never finish their headers are cut within a second of the clock, and disturb nobody', async () => {
    const startedAt = performance.now();
    const slow = await Promise.all(Array.from({ length: 200 }, async () => openRaw(gateway.url)));
    for (const connection of slow)
      connection.write(`POST /v1/messages HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
    const trickle = setInterval(() => {
      for (const connection of slow) connection.write('z');
    }, 50);
    for (let round = 0; round < 20; round += 1) {
      const began = performance.now();
      assert.equal((await call(gateway.url, '/v1/messages', { body: sized(1_000) })).status, 200);
      assert.ok(performance.now() - began < 500);
    }
    const statuses = await Promise.all(slow.map(async (connection) => (await connection.answer()).status));
    clearInterval(trickle);
    assert.deepEqual(new Set(statuses), new Set([408]));
    assert.ok(performance.now() - startedAt < CLIENT_HEADERS_MS + 1_000 + 600);
  });

  test('a body that stops, or comes in drops, is 408 in the caller’s dialect', async () => {
    const stopped = await openRaw(gateway.url);
    stopped.write(`${head('Content-Length: 5000')}{"model":`);
    const dripping = await openRaw(gateway.url);
    dripping.write(head('Content-Length: 5000'));
    const drip = setInterval(() => dripping.write(' '), 20);
    for (const connection of [stopped, dripping]) {
      const { status, body } = await connection.answer();
      assert.equal(status, 408);
      assert.match(body.toString(), /"type":"timeout_error"/);
      connection.destroy();
    }
    clearInterval(drip);
    assert.equal(upstream.requests.length, 0);
  });

  test('a large body that keeps a fair pace is waited for, longer than the clock', async () => {
    const body = sized(100_000);
    const connection = await openRaw(gateway.url);
    connection.write(head(`Content-Length: ${body.length}`));
    const startedAt = performance.now();
    let sent = 0;
    await until('the body to be sent', () => {
      const due = Math.min(body.length, Math.ceil((performance.now() - startedAt) * 110));
      connection.write(body.subarray(sent, due));
      sent = due;
      return sent === body.length;
    });
    assert.ok(performance.now() - startedAt > CLIENT_BODY_MS);
    assert.equal((await connection.answer()).status, 200);
    connection.destroy();
  });
});

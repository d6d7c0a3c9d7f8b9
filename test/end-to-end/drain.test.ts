/** The end of the program: what runs may finish, what does not is told so, and nobody waits for ever. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import { heldAfter, text } from '../support/answers.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { KEY_VARIABLE, oneProvider, startGateway, type RunningGateway } from '../support/gateway.ts';
import { startInProcess } from '../support/in-process-gateway.ts';
import { openRaw, type RawConnection } from '../support/raw-client.ts';
import { streamingRequest } from '../support/requests.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { soon, until } from '../support/until.ts';

let upstream: ScriptedUpstream;
before(async () => {
  upstream = await startScriptedUpstream();
});
after(async () => upstream.close());

async function start(drain: string): Promise<RunningGateway> {
  return startGateway({
    yaml: `${oneProvider(upstream.url)}\nserver: { clocks: { drain: ${drain} } }\n`,
    environment: { [KEY_VARIABLE]: 'k' },
  });
}

/** Opens streams and waits until each has begun at its client. */
async function openStreams(url: string, count: number, released: Promise<unknown>): Promise<RawConnection[]> {
  upstream.reset();
  upstream.script({ answer: heldAfter(text('a few words'), 2, released) });
  const connections = await Promise.all(Array.from({ length: count }, async () => openRaw(url)));
  for (const connection of connections) connection.write(streamingRequest('anthropic', url));
  for (const connection of connections) await connection.bodyBytes(100);
  return connections;
}

const never = (): Promise<unknown> => new Promise(() => undefined);

/** A connection on which the gateway has surely read the first part of a request: it came right behind a whole one. */
async function openHalfRequest(url: string, half: Buffer | string): Promise<RawConnection> {
  const whole = `GET /health HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`;
  const connection = await openRaw(url);
  connection.write(Buffer.concat([Buffer.from(whole), Buffer.from(half)]));
  await connection.answer();
  return connection;
}

async function refusesConnections(url: string): Promise<boolean> {
  try {
    (await openRaw(url)).destroy();
    return false;
  } catch {
    return true;
  }
}

describe('SIGTERM', () => {
  test('lets 50 streams finish, takes nothing new, says that it is not ready, and ends with 0', async () => {
    await using opened = new AsyncDisposableStack();
    const gateway = await start('10s');
    opened.defer(async () => gateway.stop());
    const released = Promise.withResolvers<void>();
    const streams = await openStreams(gateway.url, 50, released.promise);
    const late = await openHalfRequest(
      gateway.url,
      `GET /ready HTTP/1.1\r\nHost: ${new URL(gateway.url).host}\r\n`,
    );
    const { processId, url } = gateway;

    const signalledAt = performance.now();
    process.kill(processId, 'SIGTERM');
    await until('new connections to be refused', async () => refusesConnections(url));
    assert.ok(performance.now() - signalledAt < 500);
    late.write('\r\n');
    await until('the answer to /ready', () =>
      /HTTP\/1\.1 503 .*"ready":false/s.test(late.received().toString()),
    );

    released.resolve();
    for (const stream of streams) {
      const { end, body } = await stream.answer();
      assert.equal(end, 'whole');
      assert.match(body.toString(), /event: message_stop/);
    }
    assert.equal(await soon('the program to end', gateway.ended), 0);
  });

  test('when the drain clock has run out, ends what still runs with an error event, and itself with 0', async () => {
    await using opened = new AsyncDisposableStack();
    const gateway = await start('300ms');
    opened.defer(async () => gateway.stop());
    const streams = await openStreams(gateway.url, 10, never());
    process.kill(gateway.processId, 'SIGTERM');
    for (const stream of streams) {
      const { end, body } = await stream.answer();
      assert.equal(end, 'whole');
      assert.match(body.toString(), /\n\nevent: error\ndata: .*shutting down.*\n\n$/);
    }
    assert.equal(await soon('the program to end', gateway.ended), 0);
  });

  test('a second time, ends everything within two seconds', async () => {
    await using opened = new AsyncDisposableStack();
    const gateway = await start('60s');
    opened.defer(async () => gateway.stop());
    const streams = await openStreams(gateway.url, 5, never());
    process.kill(gateway.processId, 'SIGTERM');
    await until('the first signal to be heard', () =>
      gateway.output().includes('finishing running requests'),
    );
    // Signals within 150 ms count as one, so the second is repeated until it is taken for one of its own.
    const repeat = setInterval(() => process.kill(gateway.processId, 'SIGTERM'), 50);
    opened.defer(() => clearInterval(repeat));
    const first = streams[0];
    const startedAt = performance.now();
    assert.match((await first?.answer())?.body.toString() ?? '', /event: error/);
    clearInterval(repeat);
    assert.equal(await soon('the program to end', gateway.ended, 2_000), 143);
    assert.ok(performance.now() - startedAt < 2_000);
  });
});

test('a stream that the end cuts off has its record, with what it had used', async () => {
  await using opened = new AsyncDisposableStack();
  const clocks = { clientHeaders: 1_000, clientBody: 1_000, clientWriteStall: 0, keepAlive: 100, drain: 50 };
  const gateway = await startInProcess({
    providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
    server: { clocks },
  });
  opened.defer(async () => gateway.stop());
  await openStreams(gateway.url, 3, never());
  await gateway.stop();
  assert.deepEqual(
    gateway.records.map(({ outcome }) => outcome),
    Array.from({ length: 3 }, () => ({ kind: 'broken', status: 200, error: 'draining' })),
  );
  for (const { attempts } of gateway.records) {
    assert.equal(attempts.length, 1);
    assert.ok((attempts[0]?.usage.input ?? 0) > 0);
  }
});

test('without a drain clock what runs is waited for', async () => {
  await using opened = new AsyncDisposableStack();
  const clocks = { clientHeaders: 1_000, clientBody: 1_000, clientWriteStall: 0, keepAlive: 100, drain: 0 };
  const gateway = await startInProcess({
    providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
    server: { clocks },
  });
  opened.defer(async () => gateway.stop());
  const released = Promise.withResolvers<void>();
  const [stream] = await openStreams(gateway.url, 1, released.promise);
  const stopped = gateway.stop();
  await until('new connections to be refused', async () => refusesConnections(gateway.url));
  released.resolve();
  assert.match((await stream?.answer())?.body.toString() ?? '', /event: message_stop/);
  await stopped;
  assert.deepEqual(gateway.records[0]?.outcome, { kind: 'answered', status: 200 });
});

test('a request whose upload ends after the stop is refused, not begun', async () => {
  await using opened = new AsyncDisposableStack();
  const gateway = await startInProcess({
    providers: [exampleProvider({ origin: originOf(new URL(upstream.url)) })],
  });
  opened.defer(async () => gateway.stop());
  const [running] = await openStreams(gateway.url, 1, never());
  const bytes = streamingRequest('anthropic', gateway.url);
  const uploading = await openHalfRequest(gateway.url, bytes.subarray(0, -5));
  const stopped = gateway.stop();
  uploading.write(bytes.subarray(-5));
  await until('the refusal', () => /HTTP\/1\.1 529 .*retry-after: 1/s.test(uploading.received().toString()));
  assert.equal(upstream.requests.length, 1);
  running?.destroy();
  await stopped;
});

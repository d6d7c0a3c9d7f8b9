/** A client that does not read must cost the gateway next to nothing, and not for ever. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { after, before, test } from 'node:test';
import { call, message } from '../support/call.ts';
import { KEY_VARIABLE, oneProvider, startGateway, type RunningGateway } from '../support/gateway.ts';
import { openRaw } from '../support/raw-client.ts';
import { modelOf } from '../support/recorded-request.ts';
import { sseEvent, streamReply, type Answer } from '../support/reply.ts';
import { streamingRequest } from '../support/requests.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { soon } from '../support/until.ts';

const MEBIBYTE = 1024 * 1024;
const STREAM_BYTES = 20 * MEBIBYTE;
/** More than kernels keep for the two connections of an answer that nobody reads. */
const UNREAD_BYTES = 96 * MEBIBYTE;
const STALL_MS = 1_500;
const READERS = 10;

const piece = sseEvent(
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x'.repeat(64 * 1024) } },
  'content_block_delta',
);

/** Mebibytes of deltas; what is asked for as `small` is answered at once. */
const flood: Answer = (request) => {
  const bytes = { small: 1, unread: UNREAD_BYTES }[modelOf(request)] ?? STREAM_BYTES;
  const count = Math.ceil(bytes / piece.length);
  const stop = sseEvent({ type: 'message_stop' }, 'message_stop');
  return streamReply([...Array<string>(count).fill(piece), stop], undefined);
};

let upstream: ScriptedUpstream;
let gateway: RunningGateway;
const opened = new AsyncDisposableStack();
before(async () => {
  upstream = await startScriptedUpstream({ answer: flood });
  opened.defer(async () => upstream.close());
  gateway = await startGateway({
    yaml: `${oneProvider(upstream.url)}\nserver: { clocks: { client_write_stall: ${STALL_MS}ms } }\n`,
    environment: { [KEY_VARIABLE]: 'k' },
  });
  opened.defer(async () => gateway.stop());
});
after(async () => opened.disposeAsync());

/** Resident memory of the gateway; Linux alone tells it without a tool. */
function residentBytes(): number {
  const status = readFileSync(`/proc/${gateway.processId}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function readAll(): Promise<number> {
  const { body } = await call(gateway.url, '/v1/messages', {
    body: message('claude-opus-4-8', { stream: true }),
  });
  return body.length;
}

test('a client that reads gets the whole stream', async () => {
  assert.ok((await readAll()) > STREAM_BYTES);
});

test(
  'B7: ten clients that read nothing of 96 MiB cost less than 8 MiB each, and are cut off by the clock',
  { skip: platform() !== 'linux' && 'memory of another process is read from /proc' },
  async (context) => {
    for (let round = 0; round < 3; round += 1) await readAll();
    upstream.reset();
    const before = residentBytes();
    const clients = await Promise.all(Array.from({ length: READERS }, async () => openRaw(gateway.url)));
    for (const { socket } of clients) socket.pause();
    const startedAt = performance.now();
    for (const client of clients) client.write(streamingRequest('anthropic', gateway.url, 'unread'));
    const seen = await Promise.all(clients.map(async (_, index) => upstream.request(index + 1)));
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, residentBytes());
    }, 20);
    const quick = await call(gateway.url, '/v1/messages', { body: message('small', { stream: true }) });
    assert.equal(quick.status, 200, 'others are served meanwhile');
    const ends = await soon(
      'the providers to be let go',
      Promise.all(seen.map(({ ended }) => ended)),
      10_000,
    );
    clearInterval(watch);
    assert.deepEqual(new Set(ends.map(({ how }) => how)), new Set(['aborted']));
    assert.ok(performance.now() - startedAt >= STALL_MS - 50, 'not before the clock');
    const each = (most - before) / READERS;
    context.diagnostic(`${(each / MEBIBYTE).toFixed(2)} MiB per client`);
    assert.ok(each < 8 * MEBIBYTE, `${(each / MEBIBYTE).toFixed(1)} MiB per client`);
    for (const client of clients) client.destroy();
  },
);

test('a client that reads slowly, but reads, is not cut off', async () => {
  const client = await openRaw(gateway.url);
  client.socket.pause();
  client.write(streamingRequest('anthropic', gateway.url));
  const startedAt = performance.now();
  let taken = 0;
  // At most this much is taken at once, several times within the clock, and for longer than the clock.
  const pace = STREAM_BYTES / 30;
  client.socket.on('data', () => {
    if (client.received().length - taken > pace) client.socket.pause();
  });
  const gulp = setInterval(() => {
    taken = client.received().length;
    client.socket.resume();
  }, STALL_MS / 15);
  const { end, body } = await client.answer(20_000);
  clearInterval(gulp);
  assert.equal(end, 'whole');
  assert.match(body.subarray(-80).toString(), /message_stop/);
  const took = performance.now() - startedAt;
  assert.ok(took > STALL_MS, `${took} ms`);
});

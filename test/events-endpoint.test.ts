/** `GET /api/events` as those who read it see it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { originOf } from '../src/domain/origin.ts';
import { held, text } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { readEvents, type EventReader } from './support/event-reader.ts';
import { exampleProvider } from './support/example-provider.ts';
import { startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';
import { soon, until } from './support/until.ts';

let upstream: ScriptedUpstream;
let gateway: InProcessGateway;
let readers: EventReader[] = [];

beforeEach(async () => {
  upstream = await startScriptedUpstream();
  gateway = await startInProcess({
    providers: [exampleProvider({ name: 'main', origin: originOf(new URL(upstream.url)) })],
  });
});
afterEach(async () => {
  for (const reader of readers) reader.leave();
  readers = [];
  await gateway.stop();
  await upstream.close();
});

async function read(query = '', headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await readEvents(gateway.url, { query, headers });
  readers.push(reader);
  return reader;
}

const ask = () => call(gateway.url, '/v1/messages', { body: message('claude-haiku-4-5') });
const typesOf = ({ events }: EventReader) => events.map(({ type }) => type);
const EXCHANGE = ['exchange.started', 'exchange.first_token', 'exchange.ended'];

test('a reader is greeted before anything happens and then gets everything', async () => {
  const reader = await read();
  assert.equal(reader.response.headers['content-type'], 'text/event-stream; charset=utf-8');
  await until('the greeting', () => reader.text().startsWith(': listening\n'));
  await ask();
  await until('three events', () => reader.events.length === 3);
  assert.deepEqual(typesOf(reader), EXCHANGE);
  assert.match(reader.text(), /\nid: [0-9a-f]{8}-\d+\nevent: exchange\.started\ndata: \{"id"/);
});

test('a reader gets the types it asked for', async () => {
  const reader = await read('?types=exchange.ended,mode.changed');
  await ask();
  await until('one event', () => reader.events.length > 0);
  assert.deepEqual(typesOf(reader), ['exchange.ended']);
});

test('a type that does not exist is refused, with the name of the parameter', async () => {
  const { status, body } = await call(gateway.url, '/api/events?types=exchange.paused', { method: 'GET' });
  assert.equal(status, 400);
  assert.match(body.toString(), /types/);
});

for (const [how, resume] of [
  ['the header of browsers', (id: string) => read('', { 'last-event-id': id })],
  ['the query', (id: string) => read(`?after=${id}`)],
] as const)
  test(`a reader goes on behind the last event it has, by ${how}`, async () => {
    const first = await read();
    await ask();
    await until('three events', () => first.events.length === 3);
    first.leave();
    await until('that it is noticed', () => gateway.running.events.readers === 0);
    await ask();
    const again = await resume(first.events[1]?.id ?? '');
    await until('the rest', () => again.events.length === 4);
    assert.deepEqual(typesOf(again), ['exchange.ended', ...EXCHANGE]);
  });

test('the streams end in order when the gateway stops, not cut by it', async () => {
  const reader = await read();
  let release = (): void => undefined;
  upstream.script({ answer: held(text('late'), new Promise<void>((resolve) => (release = resolve))) });
  const answer = ask();
  await until('a request under way', () => upstream.requests.length === 1);
  const stopped = gateway.running.stop();
  await until('the news of the drain', () => typesOf(reader).includes('gateway.draining'));
  release();
  assert.equal((await answer).status, 200);
  await soon('the stop', stopped);
  assert.equal(await reader.ended, 'whole');
  assert.deepEqual(typesOf(reader).slice(-2), EXCHANGE.slice(1), 'it has seen the last exchange end');
});

test('a reader that reads nothing loses events and is told so; traffic does not wait for it', async () => {
  const slow = await read('?types=provider.paused');
  await until('the greeting', () => slow.text() !== '');
  slow.response.pause();
  const { events } = gateway.running;
  const provider = 'p'.repeat(1_000);
  const began = performance.now();
  for (let index = 0; index < 20_000; index += 1) {
    events.publish({ type: 'provider.paused', provider });
    if (index % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(performance.now() - began < 2_000);
  slow.response.resume();
  await until('the news of the loss', () => typesOf(slow).includes('dropped'));
  const loss = slow.events.find(({ type }) => type === 'dropped');
  assert.ok(loss?.type === 'dropped' && loss.reason === 'slow' && (loss.count ?? 0) > 10_000);
});

test('no more than sixty-four read at once', async () => {
  await Promise.all(Array.from({ length: 64 }, () => read()));
  const { status } = await call(gateway.url, '/api/events', { method: 'GET' });
  assert.equal(status, 503);
});

test('asking for the head of a stream takes no reader', async () => {
  const { status, headers } = await call(gateway.url, '/api/events', { method: 'HEAD' });
  assert.deepEqual([status, headers['content-type']], [200, 'text/event-stream']);
  assert.equal(gateway.running.events.readers, 0);
  assert.equal((await call(gateway.url, '/api/export', { method: 'HEAD' })).status, 200);
});

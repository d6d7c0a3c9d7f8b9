import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventHub } from './event-hub.ts';
import { eventStream } from './event-stream.ts';

const hubOf = (): EventHub => new EventHub({ clock: { now: () => 0, monotonic: () => 0 }, run: 'a' });

test('a reader without news gets a sign of life, and the news when there is some', async () => {
  const hub = hubOf();
  const pieces = eventStream(hub.subscribe(), 5).pieces[Symbol.asyncIterator]();
  assert.match(String((await pieces.next()).value), /^: listening\n/);
  assert.equal((await pieces.next()).value, ': still here\n\n');
  hub.publish({ type: 'provider.paused', provider: 'zai' });
  hub.publish({ type: 'provider.resumed', provider: 'zai' });
  const piece = String((await pieces.next()).value);
  assert.match(piece, /^id: a-2\nevent: provider.paused\ndata: .*\n\nid: a-3\nevent: provider.resumed\n/);
  await pieces.return?.();
});

test('giving up a text that waits for the next event ends the subscription and the waiting', async () => {
  const hub = hubOf();
  const pieces = eventStream(hub.subscribe()).pieces[Symbol.asyncIterator]();
  await pieces.next();
  const waiting = pieces.next();
  await pieces.return?.();
  assert.equal((await waiting).done, true);
  assert.equal(hub.readers, 0);
});

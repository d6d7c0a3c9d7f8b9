import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { array, assert as assertProperty, asyncProperty, integer } from 'fast-check';
import { liveEventSchema, type GatewayEvent } from '../../contract/events.ts';
import { EventHub } from './event-hub.ts';
import type { StampedEvent } from './stamped-event.ts';
import type { Subscription } from './subscription.ts';

let time = 0;
const clock = { now: () => 1_700_000_000_000 + time, monotonic: () => time };
const hubOf = (run = 'a1'): EventHub => new EventHub({ clock, run });
const paused = (provider: string): GatewayEvent => ({ type: 'provider.paused', provider });
const mode: GatewayEvent = { type: 'mode.changed', mode: 'compare', previous_mode: 'target', cause: 'api' };

beforeEach(() => void (time = 0));

/** What a reader sees of its events: names, and losses with their count and reason. */
function seen(events: readonly StampedEvent[] | undefined): string[] {
  return (events ?? []).map(({ event }) => {
    if (event.type === 'dropped') return `${event.reason} ${event.count}`;
    return event.type === 'provider.paused' ? event.provider : event.type;
  });
}

async function takeAll(subscription: Subscription): Promise<string[]> {
  subscription.close();
  const all: string[] = [];
  for (let taken = await subscription.next(); taken !== undefined; taken = await subscription.next())
    all.push(...seen(taken));
  return all;
}

test('nobody listens: nothing is kept, and whoever comes gets only what happens from then on', async () => {
  const hub = hubOf();
  assert.equal(hub.listening, false);
  hub.publish(paused('early'));
  const subscription = hub.subscribe();
  assert.equal(hub.listening, true);
  hub.publish(paused('late'));
  assert.deepEqual(await takeAll(subscription), ['late']);
});

test('an event carries its id and time and is what the contract says', async () => {
  const hub = hubOf();
  const subscription = hub.subscribe();
  hub.publish(mode);
  const [stamped] = (await subscription.next()) ?? [];
  assert.ok(stamped);
  assert.deepEqual(liveEventSchema.parse(stamped.event), stamped.event);
  assert.equal(stamped.event.at, 1_700_000_000_000);
  assert.equal(
    stamped.frame,
    `id: ${stamped.event.id}\nevent: mode.changed\ndata: ${JSON.stringify(stamped.event)}\n\n`,
  );
});

test('a reader that asked for some types gets no others', async () => {
  const hub = hubOf();
  const subscription = hub.subscribe({ types: new Set(['mode.changed']) });
  hub.publish(paused('zai'));
  hub.publish(mode);
  assert.deepEqual(await takeAll(subscription), ['mode.changed']);
});

test('a reader waits for the next event and wakes with it', async () => {
  const hub = hubOf();
  const subscription = hub.subscribe();
  const next = subscription.next();
  hub.publish(paused('zai'));
  assert.deepEqual(seen(await next), ['zai']);
});

test('a reader that comes back behind an event gets what it missed, once and in order', async () => {
  const hub = hubOf();
  const first = hub.subscribe();
  for (const name of ['one', 'two', 'three']) hub.publish(paused(name));
  const [one] = (await first.next()) ?? [];
  first.close();
  hub.publish(paused('four'));
  const again = hub.subscribe({ after: one?.event.id });
  hub.publish(paused('five'));
  assert.deepEqual(await takeAll(again), ['two', 'three', 'four', 'five']);
});

test('who comes back too late is told how much is lost', async () => {
  const hub = hubOf();
  const first = hub.subscribe();
  for (let index = 0; index < 1_500; index += 1) hub.publish(paused(String(index)));
  const [oldest] = (await first.next()) ?? [];
  const types = new Set(['provider.paused'] as const);
  const [loss] = await takeAll(hub.subscribe({ after: oldest?.event.id, types }));
  assert.equal(loss, 'too_old null', 'how many of this type is not known');
  const all = await takeAll(hub.subscribe({ after: oldest?.event.id }));
  assert.deepEqual(all.slice(0, 2), ['too_old 499', '500']);
  assert.equal(all.length, 1_001);
});

test('a place of another run, or of no run, means that everything kept is news', async () => {
  const hub = hubOf();
  const other = hub.subscribe();
  hub.publish(paused('kept'));
  for (const after of ['b2-1', 'a1-99', 'a1-', 'nonsense', ''])
    assert.deepEqual(await takeAll(hub.subscribe({ after })), ['restarted null', 'kept'], after);
  other.close();
});

test('a minute after the last reader has gone nothing is kept any more, and a resumed place says so', async () => {
  const hub = hubOf();
  const first = hub.subscribe();
  hub.publish(paused('seen'));
  const [last] = (await first.next()) ?? [];
  first.close();
  time = 59_999;
  hub.publish(paused('kept'));
  assert.equal(hub.listening, true);
  time = 60_000;
  hub.publish(paused('lost'));
  assert.equal(hub.listening, false);
  assert.deepEqual(await takeAll(hub.subscribe({ after: last?.event.id })), ['too_old null']);
});

test('a slow reader loses events and is told how many, while the others get them all', async () => {
  const hub = hubOf();
  const slow = hub.subscribe();
  const fast = hub.subscribe();
  const got: string[] = [];
  for (let index = 0; index < 5_000; index += 1) {
    hub.publish(paused(String(index)));
    if (index % 500 === 499) got.push(...seen(await fast.next()));
  }
  assert.equal(got.length, 5_000);
  const late = seen(await slow.next());
  assert.equal(late.length, 2_001);
  assert.equal(late.at(-1), 'slow 3000');
  hub.publish(paused('after'));
  assert.deepEqual(seen(await slow.next()), ['after']);
});

test('closing the hub ends readers that wait, after what is left for them', async () => {
  const hub = hubOf();
  const waiting = hub.subscribe();
  const next = waiting.next();
  const full = hub.subscribe();
  hub.publish(paused('last'));
  assert.deepEqual(seen(await next), ['last']);
  hub.close();
  assert.equal(await waiting.next(), undefined);
  assert.deepEqual(seen(await full.next()), ['last']);
  assert.equal(await full.next(), undefined);
  assert.equal(await hub.subscribe().next(), undefined);
});

test('whatever is published and read in whatever order, a reader gets each event once, in order, or hears of its loss', async () => {
  await assertProperty(
    asyncProperty(array(integer({ min: 0, max: 900 }), { maxLength: 12 }), async (bursts) => {
      const hub = hubOf();
      const subscription = hub.subscribe();
      let published = 0;
      const got: string[] = [];
      for (const [index, burst] of bursts.entries()) {
        for (let left = burst; left > 0; left -= 1) hub.publish(paused(String(published++)));
        if (burst > 0 && index % 4 === 3) got.push(...seen(await subscription.next()));
      }
      got.push(...(await takeAll(subscription)));
      let expected = 0;
      for (const text of got) {
        const lost = /^slow (\d+)$/.exec(text)?.[1];
        if (lost === undefined) assert.equal(text, String(expected));
        expected += Number(lost ?? 1);
      }
      assert.equal(expected, published);
    }),
    { numRuns: 50 },
  );
});

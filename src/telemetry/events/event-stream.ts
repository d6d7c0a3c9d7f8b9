import type { TextStream } from '../../contract/endpoint.ts';
import type { StampedEvent } from './stamped-event.ts';
import type { Subscription } from './subscription.ts';

/** How often a reader without news gets a sign of life: proxies cut silence of a minute, some of thirty seconds. */
const KEEP_ALIVE_MS = 15_000;

/** Read at once, so that a caller knows that it listens before anything happens. `retry` is for browsers, milliseconds. */
const GREETING = ': listening\nretry: 1000\n\n';

const SIGN_OF_LIFE = ': still here\n\n';

/**
 * A subscription as text, piece by piece and only as fast as it is read: what a slow reader does not take waits in
 * its bounded queue. Giving up the text ends the subscription.
 */
export function eventStream(subscription: Subscription, keepAliveMs = KEEP_ALIVE_MS): TextStream {
  return {
    contentType: 'text/event-stream; charset=utf-8',
    pieces: { [Symbol.asyncIterator]: () => readerOf(subscription, keepAliveMs) },
  };
}

/** Written by hand: a generator could not be ended while it waits for the next event. */
function readerOf(subscription: Subscription, keepAliveMs: number): AsyncIterator<string, undefined> {
  const timer = setInterval(() => subscription.wake(), keepAliveMs);
  timer.unref();
  let greeted = false;
  const end = (): IteratorResult<string, undefined> => {
    clearInterval(timer);
    subscription.close();
    return { done: true, value: undefined };
  };
  return {
    next: async () => {
      if (!greeted) {
        greeted = true;
        return { done: false, value: GREETING };
      }
      const taken = await subscription.next();
      return taken === undefined ? end() : { done: false, value: textOf(taken) };
    },
    return: () => Promise.resolve(end()),
  };
}

function textOf(events: readonly StampedEvent[]): string {
  return events.length === 0 ? SIGN_OF_LIFE : events.map(({ frame }) => frame).join('');
}

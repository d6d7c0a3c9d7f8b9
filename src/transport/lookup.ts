/**
 * Name resolution with a short memory. `getaddrinfo` runs on four threads that file access shares: without the
 * memory a burst towards one name whose server is silent occupies all of them and stalls every other provider.
 */
import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../lib/clock.ts';

/** How long an answer is believed, in milliseconds: a provider that moves is found again within this time. */
const LIFETIME = 30_000;

type Waiting = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** The resolver beneath; the system's unless a test brings its own. */
export type ResolveAll = (hostname: string, done: Waiting) => void;

export interface Resolver {
  readonly lookup: LookupFunction;
  /** Makes the next lookup ask anew: called when no remembered address could be connected to. */
  forget(hostname: string): void;
}

interface Remembered {
  readonly addresses: LookupAddress[];
  readonly until: number;
}

const resolveBySystem: ResolveAll = (hostname, done) => systemLookup(hostname, { all: true }, done);

export function createResolver(clock: Clock, resolveAll: ResolveAll = resolveBySystem): Resolver {
  const remembered = new Map<string, Remembered>();
  const asking = new Map<string, Waiting[]>();

  const resolve = (hostname: string, done: Waiting): void => {
    const known = remembered.get(hostname);
    if (known !== undefined && known.until > clock.monotonic()) {
      process.nextTick(done, null, known.addresses);
      return;
    }
    const others = asking.get(hostname);
    if (others !== undefined) {
      others.push(done);
      return;
    }
    const waiting = [done];
    asking.set(hostname, waiting);
    resolveAll(hostname, (error, addresses) => {
      asking.delete(hostname);
      if (error === null) remembered.set(hostname, { addresses, until: clock.monotonic() + LIFETIME });
      for (const each of waiting) each(error, addresses);
    });
  };

  return {
    lookup: (hostname, options, callback) => {
      resolve(hostname, (error, addresses) => {
        if (error !== null) return callback(error, '');
        if (options.all === true) return callback(null, addresses);
        const first = addresses[0];
        return callback(null, first?.address ?? '', first?.family ?? 0);
      });
    },
    forget: (hostname) => {
      remembered.delete(hostname);
    },
  };
}

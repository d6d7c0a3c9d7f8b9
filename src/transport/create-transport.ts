/** Builds the transport: the only part of the gateway that opens connections to providers and reveals credentials. */
import { GatewayError } from '../domain/errors.ts';
import type { Provider } from '../domain/provider.ts';
import type { Clock } from '../lib/clock.ts';
import { lazy, lazyModule } from '../lib/lazy.ts';
import type { ProviderCounters } from './counters.ts';
import type { ResolveAll } from './lookup.ts';
import type { ListeningAddress } from './own-address.ts';
import type { TransportSettings } from './pool-context.ts';
import type * as Pooled from './pooled-transport.ts';
import type { Transport } from './upstream.ts';

export interface TransportOptions {
  /** For the pins to HTTP/1.1 and the memory of names; the clocks of a call run on real timers. */
  readonly clock: Clock;
  /** Where the gateway itself listens; asked for every new connection, so it may be filled in later. */
  readonly ownAddresses: () => readonly ListeningAddress[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settings?: Partial<TransportSettings>;
  /** Resolves names instead of the system. */
  readonly resolveAll?: ResolveAll;
}

/** The transport with what the status page and `/metrics` read of it. */
export interface ObservableTransport extends Transport {
  /** By provider name; lives as long as the process, across configurations. */
  readonly counters: ReadonlyMap<string, ProviderCounters>;
  /** Sockets to providers that are open now. */
  readonly openSockets: number;
  /** How long the provider stays on HTTP/1.1 after a stall of HTTP/2; 0 when it does not. Milliseconds. */
  pinnedToHttp1(provider: Provider): number;
}

/**
 * @throws {GatewayError} `upstream_tls` when the environment switches certificate checks off: whatever is sent
 * to a provider then, credentials included, could be read by anyone in between
 */
export function createTransport(options: TransportOptions): ObservableTransport {
  if (options.environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new GatewayError(
      'upstream_tls',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off. Unset it; for a private authority set ca_file of the provider, or NODE_EXTRA_CA_CERTS.',
    );
  }
  const pooled = lazy(() => new (loadPooled().PooledTransport)(options));
  return {
    send: (request, handler) => pooled().send(request, handler),
    close: () => pooled().close(),
    keepOnly: (providers) => pooled().keepOnly(providers),
    pinnedToHttp1: (provider) => pooled().pinnedToHttp1(provider),
    get counters() {
      return pooled().counters;
    },
    get openSockets() {
      return pooled().openSockets;
    },
  };
}

/** Connections, and `node:tls` with them, come with the first request, at once and without a wait. */
const loadPooled = lazyModule<typeof Pooled>(import.meta.url, './pooled-transport.ts');

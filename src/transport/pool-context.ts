/** What the connection pools of one destination share. */
import type { Provider } from '../domain/provider.ts';
import type { MutableCounters } from './counters.ts';
import type { Destination } from './destination.ts';
import type { SocketOrder, SocketOutcome } from './open-socket.ts';
import type { Wire } from './call.ts';

export interface TransportSettings {
  /** How long an idle connection is kept when the provider gives no hint. Milliseconds. */
  readonly idleSocket: number;
  /** The longest an idle connection is kept, whatever the provider allows. Milliseconds. */
  readonly idleSocketMax: number;
  /** Sockets to all providers together; a request that would need one more is refused as `local_resource`. */
  readonly maxSockets: number;
  /** Bytes a provider may send on one HTTP/2 stream before we have read them: what a paused reader costs. */
  readonly h2StreamWindow: number;
  /** The same for a whole HTTP/2 connection, so that paused streams do not starve the others. */
  readonly h2ConnectionWindow: number;
}

export const DEFAULT_SETTINGS: TransportSettings = {
  idleSocket: 15_000,
  idleSocketMax: 30_000,
  maxSockets: 16_384,
  h2StreamWindow: 1_048_576,
  h2ConnectionWindow: 33_554_432,
};

export interface PoolContext {
  readonly destination: Destination;
  readonly settings: TransportSettings;
  /** Opens a socket under the provider's clocks; returns how to cancel it. */
  open(
    provider: Provider,
    protocols: SocketOrder['protocols'],
    done: (outcome: SocketOutcome) => void,
  ): () => void;
  countersOf(provider: Provider): MutableCounters;
}

/** The wire of a call that has no connection yet. */
export function waitingWire(cut: () => void): Wire {
  return { cut, pause: nothing, resume: nothing };
}

function nothing(): void {}

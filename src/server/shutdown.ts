import type { Comparisons } from '../gateway/compare/comparisons.ts';
import type { ActiveExchanges } from '../gateway/active-exchanges.ts';
import type { EventHub } from '../telemetry/events/event-hub.ts';
import type { Captures } from '../gateway/capture/captures.ts';
import type { Ledger } from '../domain/ledger.ts';
import type { Transport } from '../transport/upstream.ts';
import type { Draining } from './draining.ts';
import type { Listeners } from './edge/listen.ts';

export interface ShutdownInput {
  readonly draining: Draining;
  readonly active: ActiveExchanges;
  readonly comparisons: Pick<Comparisons, 'stop' | 'close'>;
  readonly listeners: Listeners;
  readonly transport: Transport;
  readonly ledger: Pick<Ledger, 'close'>;
  /** Sends the spans of the last requests, for a bounded time. */
  readonly tracing: { close(): Promise<void> };
  readonly captures: Pick<Captures, 'close'>;
  readonly alerts: { close(): void };
  /** The process of the owner's routing script, if there is one. */
  readonly customRouter: { close(): Promise<void> };
  readonly events: EventHub;
  readonly chain: { close(): Promise<void> };
  /** How long running exchanges may take to end, milliseconds; 0 for as long as they take. */
  readonly drainMs: number;
}

/**
 * Stops in order: no new requests, no new connections; running exchanges end by themselves or, when the drain
 * clock runs out, with an error in the client's dialect; then the streams of events and the sockets on both sides; then
 * traces and ledger, which by then have the end of every exchange; at last the helper services, which the running
 * exchanges may have needed.
 */
export async function shutDown(input: ShutdownInput): Promise<void> {
  input.draining.begin();
  input.listeners.stopAccepting();
  input.events.publish({ type: 'gateway.draining', in_flight: input.active.size });
  input.comparisons.stop();
  await input.active.drain(input.drainMs);
  input.alerts.close();
  input.events.close();
  await input.listeners.closeAll();
  await input.transport.close();
  await input.comparisons.close();
  await input.captures.close();
  await input.customRouter.close();
  await Promise.all([input.tracing.close(), input.ledger.close()]);
  await input.chain.close();
}

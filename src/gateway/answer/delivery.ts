import type { GatewayError } from '../../domain/errors.ts';
import type { UpstreamHead } from '../../transport/upstream.ts';
import type { MeterInput } from '../attempt/metering-tap.ts';

/**
 * How one upstream answer becomes the client's: as it came, or translated. The attempt tells it what arrives and
 * when it ends; a delivery alone writes to the client's answer.
 */
export interface Delivery {
  /** What the metering tap feeds: the provider's bytes, inflated where they were encoded. */
  readonly meter: MeterInput;
  /** The answer is going to be delivered. The client's head may go out now or later. */
  begin(head: UpstreamHead): void;
  /** Bytes as they came over the wire. */
  data(chunk: Buffer): void;
  /** The upstream's body is complete as HTTP, and the meter has seen all of it. */
  end(): DeliveryEnd;
  /** An answer whose head is out cannot be completed: says so where the format has a safe way, else cuts the socket. */
  breakOff(error: GatewayError, sawWholeFrames: 'whole frames' | 'part of a frame'): void;
  /** Stops timers. Called once, whatever happened. */
  release(): void;
}

export type DeliveryEnd =
  /** The client has its answer, with this status. */
  | { readonly kind: 'delivered'; readonly status: number }
  /** What came was no complete answer; the head may be out. */
  | { readonly kind: 'broken'; readonly error: GatewayError };

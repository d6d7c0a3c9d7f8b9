import { freeBytes } from '../../lib/free-bytes.ts';
import type { UpstreamCall } from '../../transport/upstream.ts';
import type { Gateway } from '../gateway.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from './prepare.ts';

export interface ReleaseInput {
  readonly gateway: Gateway;
  readonly exchange: OpenExchange;
  readonly prepared: PreparedRequest;
  readonly call: UpstreamCall | undefined;
}

/**
 * Gives the memory of a request back as soon as nobody can need it any more, so that a held stream does not hold its
 * request as well, and the collector has little to do. Where a condition is not met the collector does it. Whoever
 * wants to read a request's body after its answer has begun must take what it needs here.
 * @returns whether nothing is left to release
 */
export function releaseRequest({ gateway, exchange, prepared, call }: ReleaseInput): boolean {
  if (exchange.follower !== undefined) return true; // A copy may yet be made: it is the follower's then.
  if (exchange.attempts.length > 0) return true; // The socket of an earlier try may still read it.
  // Nothing is retried once the first byte is out.
  if (!exchange.answer.committed || call?.bodyWritten !== true) return false;
  gateway.calibration.measure(exchange, prepared.provider.name, prepared.sentModel);
  freeBytes(prepared.upstream.body);
  freeBytes(exchange.inbound.body);
  return true;
}

import { freeBytes } from '../lib/free-bytes.ts';
import type { UpstreamCall } from '../transport/upstream.ts';
import type { OpenExchange } from './open-exchange.ts';
import type { PreparedRequest } from './prepare.ts';
import { needsEstimates } from './token-calibration.ts';

/**
 * Gives the memory of a request back as soon as nobody can need it any more, so that a held stream does not hold its
 * request as well, and the collector has little to do. Where one of the conditions is not met the collector does it.
 * Whoever wants to read a request's body after its answer has begun must become a condition here.
 * @returns whether it is released
 */
export function releaseRequest(
  exchange: OpenExchange,
  { provider, upstream }: Pick<PreparedRequest, 'provider' | 'upstream'>,
  call: UpstreamCall | undefined,
): boolean {
  const isFinal = exchange.answer.committed; // Nothing is retried once the first byte is out.
  const isWritten = call?.bodyWritten === true && exchange.attempts.length === 0; // No socket still reads it.
  // An endpoint may speak another format than the provider it was chosen from, which estimates go by.
  const billedBy = exchange.snapshot.providers.get(provider.name) ?? provider;
  if (!isFinal || !isWritten || needsEstimates(billedBy, exchange.kind)) return false;
  freeBytes(upstream.body);
  freeBytes(exchange.inbound.body);
  return true;
}

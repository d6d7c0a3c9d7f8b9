import type { AttemptRecord } from '../../domain/attempt.ts';
import type { AttemptIntent } from '../../domain/ledger.ts';
import { shortName } from '../../lib/short-text.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { PreparedRequest } from '../prepare/prepare.ts';

/** What is known of an upstream try before it is sent; its record repeats it. */
export function attemptIntent(
  exchange: OpenExchange,
  prepared: PreparedRequest,
  startedAt: number,
): AttemptIntent {
  const ordinal = exchange.attempts.length;
  return {
    id: `${exchange.inbound.id}.${ordinal}`,
    exchange: exchange.inbound.id,
    ordinal,
    provider: prepared.provider.name,
    origin: prepared.provider.origin,
    credentialOwner: prepared.credential.owner,
    requestedModel: shortName(exchange.facts?.model),
    sentModel: shortName(prepared.sentModel),
    startedAt,
    billing: prepared.billing,
    role: undefined,
    reason: reasonOf(exchange.attempts.at(-1), prepared),
  };
}

/** Why there is another try at all. `net_fallback` is the name the predecessors' scripts look for. */
function reasonOf(previous: AttemptRecord | undefined, { upstream }: PreparedRequest): string | undefined {
  if (previous === undefined) return undefined;
  if (upstream.freshSocket) return upstream.forceHttp1 ? 'h1_retry' : 'socket_retry';
  return saidNo(previous) ? 'status_fallback' : 'net_fallback';
}

/** The provider itself refused, by a status or inside its answer. */
function saidNo({ outcome }: AttemptRecord): boolean {
  return (
    outcome.kind === 'answered' || (outcome.kind === 'broken' && outcome.error === 'upstream_error_event')
  );
}

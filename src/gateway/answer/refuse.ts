import type { GatewayError } from '../../domain/errors.ts';
import type { OpenExchange } from '../open-exchange.ts';

/** Answers an exchange with an error in the client's own dialect, unless its answer has already gone out. */
export function refuse(exchange: OpenExchange, error: GatewayError): void {
  const { answer, inbound, decision } = exchange;
  if (answer.committed || answer.ended) return;
  const encoded = exchange.format.encodeError(error, inbound.id);
  const task = decision?.task === undefined ? '' : `; task=${decision.task}`;
  const rule = `rule=${decision?.rule ?? 'none'}${task}; error=${error.code}; attempts=${exchange.attempts.length}; id=${decision?.id ?? inbound.id}`;
  exchange.outcome = { kind: 'refused', status: encoded.status, error: error.code };
  answer.replace(
    encoded.status,
    [
      ...encoded.headers,
      'content-length',
      String(encoded.body.length),
      'x-switchyard-exchange',
      inbound.id,
      'x-switchyard-decision',
      rule,
    ],
    encoded.body,
  );
}

import { GatewayError } from '../domain/errors.ts';
import type { Decision } from '../domain/decision.ts';
import type { RequestFacts } from '../domain/exchange.ts';
import { plan } from '../routing/plan.ts';
import type { Gateway } from './gateway.ts';
import type { OpenExchange } from './open-exchange.ts';

const NO_FACTS: RequestFacts = {
  model: undefined,
  stream: false,
  maxTokens: undefined,
  subagentTag: undefined,
  modelSpans: [],
};

/** A reason may quote a prompt's words (a subagent tag), and a log is no place for a prompt. */
const LONGEST_REASON = 160;

/**
 * What can be known of the request without decoding it; nothing of paths that are not ours.
 * @throws GatewayError `malformed_body`
 */
export function inspect(exchange: OpenExchange): RequestFacts {
  const { kind, format, inbound } = exchange;
  if (kind.operation === 'passthrough') return NO_FACTS;
  return format.inspect(inbound.body, inbound.path);
}

/**
 * Facts of an exchange → its decision.
 * @throws GatewayError `model_missing`, `unknown_path`
 */
export function decide(gateway: Gateway, exchange: OpenExchange): Decision {
  if (exchange.kind.operation === 'passthrough') return passthrough(exchange);
  const { facts, snapshot, inbound } = exchange;
  const model = facts?.model ?? snapshot.routes.forced?.model;
  if (model === undefined) throw new GatewayError('model_missing', 'The request names no model.');
  const decision = plan({
    decisionId: inbound.id,
    routes: snapshot.routes,
    providers: snapshot.providers,
    model,
    client: inbound.client,
    subagentTag: facts?.subagentTag,
  });
  for (const { reason } of decision.skipped) {
    gateway.log.warn({ exchange: inbound.id }, `[Route] ${reason.slice(0, LONGEST_REASON)}`);
  }
  return decision;
}

function passthrough(exchange: OpenExchange): Decision {
  const { inbound, snapshot } = exchange;
  const { provider, fallback } = snapshot.passthrough;
  if (!fallback)
    throw new GatewayError('unknown_path', `There is no ${inbound.method} ${inbound.path} here.`);
  return {
    id: inbound.id,
    rule: 'passthrough',
    evidence: `${inbound.path} is no path of the gateway`,
    tier: undefined,
    targets: [{ provider, model: undefined }],
    skipped: [],
  };
}

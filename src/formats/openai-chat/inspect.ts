import type { RequestFacts } from '../../domain/exchange.ts';
import { inspectBody } from '../inspect-body.ts';

/** The older name still serves most third parties; OpenAI's reasoning models know only the newer one. */
const MAX_TOKENS = ['max_completion_tokens', 'max_tokens'];

/** @throws GatewayError `malformed_body` */
export function inspect(body: Buffer): RequestFacts {
  return inspectBody(body, MAX_TOKENS);
}

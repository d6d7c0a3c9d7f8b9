import type { RequestFacts } from '../../domain/exchange.ts';
import { inspectBody } from '../inspect-body.ts';
import { withSubagentTag } from '../subagent-tag.ts';
import type { InspectDepth } from '../wire-format.ts';

/** The older name still serves most third parties; OpenAI's reasoning models know only the newer one. */
const MAX_TOKENS = ['max_completion_tokens', 'max_tokens'];

/** @throws GatewayError `malformed_body` */
export function inspect(body: Buffer, _path = '', depth?: InspectDepth): RequestFacts {
  return withSubagentTag(inspectBody(body, MAX_TOKENS, depth), body);
}

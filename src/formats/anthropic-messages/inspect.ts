import type { RequestFacts } from '../../domain/exchange.ts';
import { inspectBody } from '../inspect-body.ts';
import type { InspectDepth } from '../wire-format.ts';
import { findSubagentTag } from './subagent-tag.ts';

const MAX_TOKENS = ['max_tokens'];

/** @throws GatewayError `malformed_body` */
export function inspect(body: Buffer, _path = '', depth?: InspectDepth): RequestFacts {
  const facts = inspectBody(body, MAX_TOKENS, depth);
  const subagentTag = findSubagentTag(body);
  return subagentTag === undefined ? facts : { ...facts, subagentTag };
}

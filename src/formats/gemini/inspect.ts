import { GatewayError } from '../../domain/errors.ts';
import type { RequestFacts } from '../../domain/exchange.ts';
import { inspectBody } from '../inspect-body.ts';
import type { InspectDepth } from '../wire-format.ts';
import { withSubagentTag } from '../subagent-tag.ts';
import { parsePath } from './paths.ts';

/**
 * The body is scanned for its validity; model and stream come from the path. The output limit stands too deep
 * (`generationConfig.maxOutputTokens`) to be worth a fact.
 * @throws GatewayError `malformed_body`, `unknown_path`
 */
export function inspect(body: Buffer, path: string, depth?: InspectDepth): RequestFacts {
  const named = parsePath(path);
  if (named === undefined) throw new GatewayError('unknown_path', `${path} is no path of the Gemini format.`);
  const facts = withSubagentTag(inspectBody(body, [], depth), body);
  return { ...facts, model: named.model, stream: named.stream, modelSpans: [] };
}

import type { RequestKind } from '../../domain/exchange.ts';
import { hasVersion } from '../base-path.ts';
import type { UpstreamPathInput } from '../wire-format.ts';

const GENERATE: RequestKind = { format: 'anthropic-messages', operation: 'generate' };
const COUNT_TOKENS: RequestKind = { format: 'anthropic-messages', operation: 'count-tokens' };

export function match(method: string, path: string): RequestKind | undefined {
  if (method !== 'POST') return undefined;
  if (path === '/v1/messages') return GENERATE;
  return path === '/v1/messages/count_tokens' ? COUNT_TOKENS : undefined;
}

/**
 * Base URLs of this format carry no version (`https://api.z.ai/api/anthropic`), because its SDKs add `/v1`
 * themselves; where a version stands in the base path all the same, it is not added again.
 */
export function upstreamPath({ kind, basePath }: UpstreamPathInput): string {
  const version = hasVersion(basePath) ? '' : '/v1';
  return kind.operation === 'count-tokens' ? `${version}/messages/count_tokens` : `${version}/messages`;
}

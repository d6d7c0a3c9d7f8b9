import type { RequestKind } from '../../domain/exchange.ts';
import { hasVersion } from '../base-path.ts';
import type { UpstreamPathInput } from '../wire-format.ts';

const GENERATE: RequestKind = { format: 'openai-responses', operation: 'generate' };

export function match(method: string, path: string): RequestKind | undefined {
  return method === 'POST' && path === '/v1/responses' ? GENERATE : undefined;
}

/**
 * Base URLs of this format carry the version (`https://openrouter.ai/api/v1`, `…/paas/v4`, `…/v1beta/openai`);
 * a base path without one (`https://api.openai.com`) gets `/v1`.
 */
export function upstreamPath({ basePath }: UpstreamPathInput): string {
  return hasVersion(basePath) ? '/responses' : '/v1/responses';
}

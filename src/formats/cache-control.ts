import { asObject, type JsonObject } from '../domain/json-value.ts';
import type { CacheHint } from '../domain/message-part.ts';

/** The prompt-cache breakpoint of a block, tool or part, as something to spread into the hub's part. */
export function readCacheControl(block: JsonObject): { cache?: CacheHint } {
  const control = asObject(block['cache_control']);
  if (control === undefined) return {};
  return { cache: control['ttl'] === '1h' ? '1h' : '5m' };
}

/** Five minutes are the default and are not spelled out, as clients have it. */
export function writeCacheControl(cache: CacheHint | undefined): JsonObject {
  if (cache === undefined) return {};
  return { cache_control: cache === '1h' ? { type: 'ephemeral', ttl: '1h' } : { type: 'ephemeral' } };
}

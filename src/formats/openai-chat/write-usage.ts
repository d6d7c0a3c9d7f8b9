import type { JsonObject } from '../../domain/json-value.ts';
import type { Usage } from '../../domain/usage.ts';

/** The hub's usage in this format's terms; unknown counts are 0, since clients add them up. */
export function writeUsage(usage: Usage): JsonObject {
  const read = usage.cacheRead ?? 0;
  const written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0);
  const prompt = (usage.input ?? 0) + read + written;
  const completion = usage.output ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: read, ...(written > 0 ? { cache_write_tokens: written } : {}) },
    completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
  };
}

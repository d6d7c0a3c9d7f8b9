import type { JsonObject } from '../../domain/json-value.ts';
import type { Usage } from '../../domain/usage.ts';

/** The hub's usage in this format's terms, with every key: Codex refuses an answer that lacks one. */
export function writeUsage(usage: Usage): JsonObject {
  const read = usage.cacheRead ?? 0;
  const written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0);
  const input = (usage.input ?? 0) + read + written;
  const output = usage.output ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: read, ...(written > 0 ? { cache_write_tokens: written } : {}) },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
    total_tokens: input + output,
  };
}

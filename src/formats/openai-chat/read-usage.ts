import { asNumber, asObject, type JsonObject } from '../../domain/json-value.ts';
import { UNKNOWN_USAGE, type Usage } from '../../domain/usage.ts';

/**
 * Usage of this format in the hub's terms: the prompt count here includes cached tokens, the hub's parts are
 * disjoint. Knows the spellings of DeepSeek (hit and miss), Moonshot (top level) and LiteLLM as well.
 */
export function readUsage(usage: JsonObject | undefined): Usage {
  const prompt = asNumber(usage?.['prompt_tokens']);
  const completion = asNumber(usage?.['completion_tokens']);
  if (usage === undefined || (prompt === undefined && completion === undefined)) return UNKNOWN_USAGE;
  const details = asObject(usage['prompt_tokens_details']);
  const read =
    asNumber(details?.['cached_tokens']) ??
    asNumber(usage['prompt_cache_hit_tokens']) ??
    asNumber(usage['cached_tokens']) ??
    asNumber(usage['cache_read_input_tokens']);
  const written = asNumber(details?.['cache_write_tokens']) ?? asNumber(usage['cache_creation_input_tokens']);
  return {
    ...UNKNOWN_USAGE,
    input: prompt === undefined ? undefined : Math.max(0, prompt - (read ?? 0) - (written ?? 0)),
    output: completion,
    cacheRead: read,
    cacheWrite5m: written,
    reasoning: asNumber(asObject(usage['completion_tokens_details'])?.['reasoning_tokens']),
  };
}

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

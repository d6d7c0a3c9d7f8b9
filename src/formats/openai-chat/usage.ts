import type { Usage } from '../../domain/usage.ts';
import { mergeUsage } from '../../domain/usage.ts';
import type { JsonObject } from '../foreign-json.ts';
import { countOf, isObject, largestOf, objectOf, sumOf } from '../foreign-json.ts';

/**
 * Takes a usage object of Chat Completions into what is known of the same answer. Reports are cumulative: the last
 * one that counts anything wins, nothing is added up.
 */
export function foldChatUsage(known: Usage, reported: unknown): Usage {
  if (!isObject(reported)) return known;
  const usage = readChatUsage(reported);
  const countsNothing = (sumOf(usage.input, usage.cacheRead, usage.output) ?? 0) === 0;
  if (countsNothing && known.output !== undefined) return known;
  return mergeUsage(known, usage);
}

/**
 * The prompt count of this format includes cached tokens; ours does not. Cached tokens stand under several names:
 * OpenAI `prompt_tokens_details.cached_tokens`, DeepSeek `prompt_cache_hit_tokens`, Moonshot `cached_tokens`, LiteLLM
 * `cache_read_input_tokens`; a provider that sends two of them means the same tokens.
 */
function readChatUsage(reported: JsonObject): Partial<Usage> {
  const details = objectOf(reported['prompt_tokens_details']);
  const cacheRead = largestOf(
    details['cached_tokens'],
    reported['prompt_cache_hit_tokens'],
    reported['cached_tokens'],
    reported['cache_read_input_tokens'],
  );
  const cacheWrite5m = largestOf(details['cache_write_tokens'], reported['cache_creation_input_tokens']);
  const prompt =
    countOf(reported['prompt_tokens']) ??
    sumOf(reported['prompt_cache_hit_tokens'], reported['prompt_cache_miss_tokens']);
  return {
    input: prompt === undefined ? undefined : Math.max(0, prompt - (cacheRead ?? 0) - (cacheWrite5m ?? 0)),
    cacheRead,
    cacheWrite5m,
    ...readOutput(reported, prompt),
  };
}

/**
 * Completion tokens include reasoning, except at xAI, which counts it beside them; its total gives that away.
 */
function readOutput(reported: JsonObject, prompt: number | undefined): Partial<Usage> {
  const completion = countOf(reported['completion_tokens']);
  const reasoning = largestOf(
    objectOf(reported['completion_tokens_details'])['reasoning_tokens'],
    reported['reasoning_tokens'],
  );
  const total = countOf(reported['total_tokens']);
  const apart = sumOf(completion, reasoning);
  const reasoningIsApart =
    total !== undefined && completion !== undefined && total === (prompt ?? 0) + (apart ?? 0);
  return { output: reasoningIsApart ? apart : completion, reasoning };
}

import type { Usage } from '../../domain/usage.ts';
import { mergeUsage } from '../../domain/usage.ts';
import { countOf, isObject, objectOf } from '../foreign-json.ts';

/**
 * Takes a usage object of the Responses format into what is known of the same answer. Its input count includes
 * cached tokens; ours does not.
 */
export function foldResponsesUsage(known: Usage, reported: unknown): Usage {
  if (!isObject(reported)) return known;
  const details = objectOf(reported['input_tokens_details']);
  const cacheRead = countOf(details['cached_tokens']);
  const cacheWrite5m = countOf(details['cache_write_tokens']);
  const prompt = countOf(reported['input_tokens']);
  return mergeUsage(known, {
    input: prompt === undefined ? undefined : Math.max(0, prompt - (cacheRead ?? 0) - (cacheWrite5m ?? 0)),
    cacheRead,
    cacheWrite5m,
    output: countOf(reported['output_tokens']),
    reasoning: countOf(objectOf(reported['output_tokens_details'])['reasoning_tokens']),
  });
}

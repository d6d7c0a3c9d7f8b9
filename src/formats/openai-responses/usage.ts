import type { Usage } from '../../domain/usage.ts';
import { mergeUsage } from '../../domain/usage.ts';
import { countOf, isObject, listOf, objectOf, textOf } from '../foreign-json.ts';

/** Items of tools that run at the provider. */
export const HOSTED_CALLS: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'mcp_call',
]);

/** Takes the usage of a whole response object, with the hosted calls among its items. */
export function foldResponse(known: Usage, response: Readonly<Record<string, unknown>>): Usage {
  const usage = foldResponsesUsage(known, response['usage']);
  const output = listOf(response['output']);
  if (output.length === 0) return usage;
  const hosted = output.filter((item) => HOSTED_CALLS.has(textOf(objectOf(item)['type']) ?? ''));
  return { ...usage, serverToolCalls: hosted.length };
}

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

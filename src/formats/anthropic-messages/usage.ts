import type { Usage } from '../../domain/usage.ts';
import { mergeUsage } from '../../domain/usage.ts';
import { countOf, isObject, largestOf, objectOf, sumOf } from '../foreign-json.ts';

/**
 * Takes a usage object of Anthropic Messages into what is known of the same answer. Reports are cumulative and
 * may be partial: null means no news, nothing is ever added up, and output only grows. The prompt's parts come
 * from the last report that counts a prompt at all: `message_start` may hold an estimate or zeros, and a closing
 * report of zeros wipes nothing.
 */
export function foldAnthropicUsage(known: Usage, reported: unknown): Usage {
  if (!isObject(reported)) return known;
  const serverTools = objectOf(reported['server_tool_use']);
  const rest = mergeUsage(known, {
    output: largestOf(known.output, reported['output_tokens']),
    reasoning: largestOf(known.reasoning, objectOf(reported['output_tokens_details'])['thinking_tokens']),
    serverToolCalls: largestOf(
      known.serverToolCalls,
      sumOf(serverTools['web_search_requests'], serverTools['web_fetch_requests']),
    ),
  });
  const prompt = readPrompt(known, reported);
  return countsPrompt(prompt) || !countsPrompt(known) ? mergeUsage(rest, prompt) : rest;
}

type Prompt = Partial<Pick<Usage, 'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h'>>;

function readPrompt(known: Usage, reported: Readonly<Record<string, unknown>>): Prompt {
  return {
    input: countOf(reported['input_tokens']),
    cacheRead: countOf(reported['cache_read_input_tokens']),
    ...readCacheWrites(known, reported),
  };
}

/**
 * Cache writes by lifetime. A report may give only their total after an earlier one gave the split: the total then
 * keeps the known one-hour share, for taking it as five-minute writes beside that share would count it twice.
 */
function readCacheWrites(known: Usage, reported: Readonly<Record<string, unknown>>): Prompt {
  const split = objectOf(reported['cache_creation']);
  const fiveMinutes = countOf(split['ephemeral_5m_input_tokens']);
  const oneHour = countOf(split['ephemeral_1h_input_tokens']);
  const total = largestOf(reported['cache_creation_input_tokens'], sumOf(fiveMinutes, oneHour));
  if (total === undefined) return {};
  const keptOneHour = fiveMinutes === undefined && oneHour === undefined ? known.cacheWrite1h : oneHour;
  const longLived = Math.min(keptOneHour ?? 0, total);
  return { cacheWrite5m: total - longLived, cacheWrite1h: longLived };
}

function countsPrompt(prompt: Prompt): boolean {
  return (sumOf(prompt.input, prompt.cacheRead, prompt.cacheWrite5m, prompt.cacheWrite1h) ?? 0) > 0;
}

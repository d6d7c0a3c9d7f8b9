import type { Usage } from '../../domain/usage.ts';
import { mergeUsage } from '../../domain/usage.ts';
import { countOf, isObject, sumOf } from '../foreign-json.ts';

/**
 * Takes `usageMetadata` of Gemini into what is known of the same answer. It stands on every chunk and is cumulative.
 * The prompt count includes cached content; tokens of built-in tools' results come on top of it, and thoughts on top
 * of the candidates.
 */
export function foldGeminiUsage(known: Usage, reported: unknown): Usage {
  if (!isObject(reported)) return known;
  const cacheRead = countOf(reported['cachedContentTokenCount']);
  const prompt = countOf(reported['promptTokenCount']);
  const toolPrompt = countOf(reported['toolUsePromptTokenCount']);
  const uncached = prompt === undefined ? undefined : Math.max(0, prompt - (cacheRead ?? 0));
  return mergeUsage(known, {
    input: sumOf(uncached, toolPrompt),
    cacheRead,
    output: sumOf(reported['candidatesTokenCount'], reported['thoughtsTokenCount']),
    reasoning: countOf(reported['thoughtsTokenCount']),
  });
}

import type { JsonObject } from '../../domain/json-value.ts';
import type { Usage } from '../../domain/usage.ts';

/** The hub's usage in this format's terms: thoughts beside the candidates, cached content inside the prompt. */
export function writeUsage(usage: Usage): JsonObject {
  const cached = usage.cacheRead ?? 0;
  const prompt = (usage.input ?? 0) + cached + (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0);
  const output = usage.output ?? 0;
  const thoughts = Math.min(usage.reasoning ?? 0, output);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: output - thoughts,
    totalTokenCount: prompt + output,
    ...(usage.cacheRead === undefined ? {} : { cachedContentTokenCount: cached }),
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
  };
}

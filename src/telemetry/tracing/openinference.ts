/** The names of OpenInference (Arize), which Phoenix reads. https://github.com/Arize-ai/openinference */
import type { Format } from '../../domain/format.ts';
import type { RequestFacts } from '../../domain/exchange.ts';
import { deciding, modelOf, tokenCounts, type AttributeSet } from './attributes.ts';
import type { TracedExchange } from './traced-exchange.ts';

/** Whose API the client speaks, in the convention's own words. */
const SYSTEMS: Readonly<Record<Format, string>> = {
  'anthropic-messages': 'anthropic',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  gemini: 'google',
};

export function putOpenInference(set: AttributeSet, { record, facts }: TracedExchange): void {
  const attempt = deciding(record.attempts);
  const tokens = tokenCounts(record.attempts);
  set
    .put('openinference.span.kind', 'LLM')
    .put('llm.system', SYSTEMS[record.kind.format])
    .put('llm.provider', attempt?.provider)
    .put('llm.model_name', attempt === undefined ? record.requestedModel : modelOf(attempt))
    .put('llm.invocation_parameters', invocationParameters(facts))
    .put('llm.token_count.prompt', tokens.prompt)
    .put('llm.token_count.completion', tokens.completion)
    .put('llm.token_count.total', sum(tokens.prompt, tokens.completion))
    .put('llm.token_count.prompt_details.cache_read', some(tokens.cacheRead))
    .put('llm.token_count.prompt_details.cache_write', some(tokens.cacheWrite))
    .put('llm.token_count.completion_details.reasoning', some(tokens.reasoning))
    .put('session.id', record.client.session)
    .put('user.id', record.labels.user);
}

/** JSON text, as the convention wants it. */
function invocationParameters(facts: RequestFacts | undefined): string | undefined {
  if (facts === undefined) return undefined;
  const { maxTokens, temperature, topP, stream } = facts;
  return JSON.stringify({ max_tokens: maxTokens, temperature, top_p: topP, stream });
}

/** None of a kind needs no word. */
function some(tokens: number | undefined): number | undefined {
  return tokens === 0 ? undefined : tokens;
}

function sum(prompt: number | undefined, completion: number | undefined): number | undefined {
  return prompt === undefined && completion === undefined ? undefined : (prompt ?? 0) + (completion ?? 0);
}

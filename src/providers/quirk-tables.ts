/**
 * What the models of each known provider take and how they want it. Sources: the providers' own documentation and
 * the issue trackers of their clients, read 2026-11. A wrong entry is corrected in the configuration (`quirks`).
 */
import type { Effort } from '../domain/conversation.ts';
import { ANTHROPIC_QUIRKS, OPENAI_QUIRKS } from '../domain/quirk-sets.ts';
import type { EffortDialect, QuirkRule, TargetQuirks } from '../domain/target-quirks.ts';

const LOW_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];

/** Models that understand `reasoning_effort`, and leave thinking out where nothing is said. */
const PLAIN_EFFORT: EffortDialect = { kind: 'effort', levels: LOW_TO_HIGH, off: 'omit' };

function all(quirks: Partial<TargetQuirks>): QuirkRule {
  return { models: '*', quirks };
}

export const ANTHROPIC_RULES: readonly QuirkRule[] = [all(ANTHROPIC_QUIRKS)];

export const OPENAI_RULES: readonly QuirkRule[] = [
  all(OPENAI_QUIRKS),
  { models: '*', format: 'openai-responses', quirks: { webSearch: 'web_search_options' } },
  // Models that do not reason take sampling and stop sequences, and no effort.
  ...['gpt-4*', 'gpt-3.5*', 'chatgpt-4o*'].map((models): QuirkRule => ({
    models,
    quirks: {
      systemRole: 'system',
      effort: { kind: 'none' },
      sampling: true,
      stopLimit: 4,
      customTools: false,
    },
  })),
];

export const ZAI_RULES: readonly QuirkRule[] = [
  all({ effort: { kind: 'thinking-switch' }, images: 'none', stopLimit: 1, responseSchema: false }),
  { models: '*v', quirks: { images: 'url' } },
  { models: '*v-*', quirks: { images: 'url' } },
];

export const OPENROUTER_RULES: readonly QuirkRule[] = [
  all({
    effort: { kind: 'openrouter' },
    reasoningField: 'reasoning_details',
    webSearch: 'openrouter_plugin',
    documents: 'inline',
    userField: 'user',
  }),
  {
    models: 'anthropic/*',
    quirks: { cacheControl: true, injectCache: true, topK: true },
  },
  { models: 'anthropic/*', format: 'anthropic-messages', quirks: { webSearch: 'anthropic_tool' } },
];

export const DEEPSEEK_RULES: readonly QuirkRule[] = [
  all({
    effort: { kind: 'thinking-switch' },
    reasoningRequired: true,
    images: 'none',
    responseSchema: false,
    stopLimit: 16,
  }),
];

export const MOONSHOT_RULES: readonly QuirkRule[] = [
  all({ effort: { kind: 'thinking-switch' }, images: 'inline', promptCacheKey: true, stopLimit: 5 }),
  { models: '*thinking*', quirks: { reasoningRequired: true } },
];

export const MINIMAX_RULES: readonly QuirkRule[] = [
  all({ reasoningField: 'reasoning_details', images: 'none', stopLimit: 0 }),
];

export const QWEN_RULES: readonly QuirkRule[] = [
  all({ effort: { kind: 'enable-thinking' }, topK: true, images: 'none' }),
  { models: '*vl*', quirks: { images: 'url' } },
  { models: '*omni*', quirks: { images: 'url' } },
];

export const GOOGLE_RULES: readonly QuirkRule[] = [
  all({ schema: 'gemini', topK: true, documents: 'inline', images: 'inline', stopLimit: 5 }),
  // Its own grounding; any word but `none` asks for it.
  { models: '*', format: 'gemini', quirks: { webSearch: 'web_search_options' } },
];

export const ZEN_RULES: readonly QuirkRule[] = [
  { models: 'claude*', quirks: { ...ANTHROPIC_QUIRKS, webSearch: 'none' } },
  { models: 'gpt*', quirks: OPENAI_QUIRKS },
  { models: 'gemini*', quirks: { schema: 'gemini', topK: true } },
  { models: 'glm*', quirks: { effort: { kind: 'thinking-switch' }, images: 'none' } },
];

/** Open models behind vLLM and SGLang switch thinking by their chat template, and some templates are strict. */
export const TEMPLATE_SERVER_RULES: readonly QuirkRule[] = [
  all({
    effort: { kind: 'template-switch' },
    topK: true,
    reasoningField: 'reasoning_content',
    images: 'inline',
  }),
];

export const OLLAMA_RULES: readonly QuirkRule[] = [
  all({ effort: PLAIN_EFFORT, reasoningField: 'reasoning', images: 'inline', parallelToolCalls: false }),
];

/** llama.cpp and LM Studio compile schemas to grammars, which fail on exotic ones. */
export const GRAMMAR_SERVER_RULES: readonly QuirkRule[] = [
  all({ schema: 'grammar', topK: true, images: 'inline' }),
];

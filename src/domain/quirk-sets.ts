import type { TargetQuirks } from './target-quirks.ts';

/** What a provider nobody knows is assumed to take: the least that all share. Descriptors start from here. */
export const GENERIC_QUIRKS: TargetQuirks = Object.freeze({
  systemRole: 'system',
  midSystem: 'user',
  maxTokensField: 'max_tokens',
  reasoningField: 'reasoning_content',
  reasoningRequired: false,
  effort: { kind: 'none' },
  sampling: true,
  topK: false,
  strictAlternation: false,
  nullContent: true,
  toolIds: { alphabet: 'word', maxLength: 64, exactLength: undefined },
  toolNameLimit: 64,
  schema: 'openai',
  strictTools: false,
  customTools: false,
  parallelToolCalls: true,
  images: 'url',
  documents: 'none',
  cacheControl: false,
  injectCache: false,
  stopLimit: 4,
  responseSchema: true,
  userField: 'none',
  promptCacheKey: false,
  streamUsage: true,
  webSearch: 'none',
  contextTokens: undefined,
  outputTokens: undefined,
  claude: {},
} satisfies TargetQuirks);

/** OpenAI's own reasoning models. */
export const OPENAI_QUIRKS: TargetQuirks = Object.freeze({
  ...GENERIC_QUIRKS,
  systemRole: 'developer',
  midSystem: 'in-place',
  maxTokensField: 'max_completion_tokens',
  reasoningField: 'none',
  effort: { kind: 'effort', levels: ['minimal', 'low', 'medium', 'high', 'xhigh'], off: 'none' },
  sampling: false,
  strictTools: true,
  customTools: true,
  documents: 'inline',
  stopLimit: 0,
  userField: 'safety_identifier',
  promptCacheKey: true,
} satisfies TargetQuirks);

/** Anthropic itself, and what claims to be the same. */
export const ANTHROPIC_QUIRKS: TargetQuirks = Object.freeze({
  ...GENERIC_QUIRKS,
  midSystem: 'in-place',
  toolIds: { alphabet: 'word', maxLength: 128, exactLength: undefined },
  toolNameLimit: 128,
  strictTools: true,
  topK: true,
  documents: 'url',
  cacheControl: true,
  injectCache: true,
  stopLimit: 1_000,
  userField: 'user',
  webSearch: 'anthropic_tool',
} satisfies TargetQuirks);

import type { Effort } from './conversation.ts';
import type { Format } from './format.ts';

/** The names that Chat providers give the output limit. */
export type LimitField = 'max_tokens' | 'max_completion_tokens';

/**
 * What a target takes and how it wants it, as data: one value per provider and model, so that adding a provider is
 * configuration. Every field has a meaning for at least one format; the others ignore it.
 */
export interface TargetQuirks {
  /** The role of the leading instructions on Chat: `developer` for OpenAI's own models. */
  readonly systemRole: 'system' | 'developer';
  /**
   * Instructions in mid-conversation: kept where they stand, wrapped as user text (keeps prefix caches and template
   * order), or appended to the leading instructions (ruins the cache when they vary).
   */
  readonly midSystem: 'in-place' | 'user' | 'hoist';
  readonly maxTokensField: LimitField;
  /** The Chat field in which earlier reasoning goes back to its issuer. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | 'reasoning_details' | 'none';
  /** The target refuses assistant turns with tool calls that lack the reasoning field; an empty one is sent. */
  readonly reasoningRequired: boolean;
  readonly effort: EffortDialect;
  /** Temperature and its kin; reasoning models refuse them. */
  readonly sampling: boolean;
  readonly topK: boolean;
  /** The chat template wants user and assistant to alternate, user first. */
  readonly strictAlternation: boolean;
  /** Whether an assistant message with tool calls may have `content: null`; `''` is sent otherwise. */
  readonly nullContent: boolean;
  readonly toolIds: ToolIdRule;
  /** Longest tool name, in characters. */
  readonly toolNameLimit: number;
  readonly schema: SchemaLevel;
  /** Whether `strict` on tools is understood. */
  readonly strictTools: boolean;
  /** Whether free-text (custom) tools are understood; they are wrapped as functions otherwise. */
  readonly customTools: boolean;
  readonly parallelToolCalls: boolean;
  /** `inline`: only base64; `url`: links as well. */
  readonly images: 'none' | 'inline' | 'url';
  readonly documents: 'none' | 'inline' | 'url';
  /** Whether `cache_control` marks are kept on parts. */
  readonly cacheControl: boolean;
  /** Sets cache marks where a client of a format without them sent none: end of tools, instructions, conversation. */
  readonly injectCache: boolean;
  /** How many stop sequences are taken; 0 for none. */
  readonly stopLimit: number;
  readonly responseSchema: boolean;
  /** Where an end user's hashed id goes. */
  readonly userField: 'none' | 'user' | 'safety_identifier';
  readonly promptCacheKey: boolean;
  /** Whether `stream_options.include_usage` is understood. */
  readonly streamUsage: boolean;
  /** Server-side web search: how it is asked for, if at all. */
  readonly webSearch: 'none' | 'web_search_options' | 'openrouter_plugin' | 'anthropic_tool';
  /** Prompt and output together, in tokens; `undefined` when not known. */
  readonly contextTokens: number | undefined;
  /** Most output tokens the target accepts; `undefined` when not known. */
  readonly outputTokens: number | undefined;
  /** Corrections to what the model's name tells about a Claude model. */
  readonly claude: Partial<ClaudeAbilities>;
}

/** Quirks of the models whose names fit. Of several that fit, what stands later counts. */
export interface QuirkRule {
  /** A model name; `*` stands for any run of characters. */
  readonly models: string;
  /** Only where they are asked in this format. */
  readonly format?: Format;
  readonly quirks: Partial<TargetQuirks>;
}

/** How a target is told how hard to think. */
export type EffortDialect =
  | { readonly kind: 'none' }
  /** `reasoning_effort` or `reasoning.effort`; `off` tells how to ask for no thinking at all. */
  | {
      readonly kind: 'effort';
      readonly levels: readonly Effort[];
      readonly off: 'none' | 'minimal' | 'omit';
    }
  /** `thinking: {type}` as DeepSeek and GLM have it. */
  | { readonly kind: 'thinking-switch' }
  /** `enable_thinking` as Qwen has it, with `thinking_budget`. */
  | { readonly kind: 'enable-thinking' }
  /** `chat_template_kwargs: {enable_thinking}` as vLLM and SGLang have it. */
  | { readonly kind: 'template-switch' }
  /** OpenRouter's `reasoning: {effort | max_tokens | enabled}`. */
  | { readonly kind: 'openrouter' };

/** How far a tool's schema is cut down: not at all, to OpenAI's, to Gemini's, or to what grammar compilers take. */
export type SchemaLevel = 'none' | 'openai' | 'gemini' | 'grammar';

export interface ToolIdRule {
  readonly alphabet: 'any' | 'word' | 'alphanumeric';
  readonly maxLength: number;
  /** When set, ids have exactly this length (Mistral: 9). */
  readonly exactLength: number | undefined;
}

/** What a Claude model takes; its name tells, see the table of the Anthropic format. */
export interface ClaudeAbilities {
  readonly sampling: boolean;
  readonly adaptive: boolean;
  readonly budget: boolean;
  /** Whether thinking can be switched off. */
  readonly disabled: boolean;
  readonly forcedToolChoice: boolean;
  /** The efforts it knows; none for models without the setting. */
  readonly efforts: readonly Effort[];
  /** Whether instructions may stand in mid-conversation. */
  readonly midSystem: boolean;
  readonly maxOutput: number;
}

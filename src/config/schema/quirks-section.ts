import { z } from 'zod';
import { EFFORTS } from '../../domain/conversation.ts';
import { field } from './field.ts';

const tokensSchema = z.int({ error: 'must be a whole number of tokens' }).min(1, 'must be at least 1');

const effortSchema = z.union(
  [
    z.enum(['none', 'thinking_switch', 'enable_thinking', 'template_switch', 'openrouter']),
    z.array(z.enum(EFFORTS)),
  ],
  {
    error:
      'must be none, thinking_switch, enable_thinking, template_switch, openrouter, or a list of efforts such as [low, medium, high]',
  },
);

/** What a model takes; each corrects what is known of the provider. */
const quirkFields = {
  context_tokens: field(tokensSchema, {
    meaning: 'Prompt and output together, in tokens: output limits are clamped to what the prompt leaves.',
    example: 131_072,
  }),
  output_tokens: field(tokensSchema, {
    meaning: 'The most output tokens the model gives; higher limits are clamped.',
    example: 32_768,
  }),
  images: field(z.enum(['none', 'inline', 'url']), {
    meaning: 'Whether the model sees images: not at all, as base64 only (inline), or as links too (url).',
  }),
  documents: field(z.enum(['none', 'inline', 'url']), { meaning: 'The same for documents.' }),
  effort: field(effortSchema, {
    meaning:
      'How the model is told how hard to think: not at all (none), thinking: {type} (thinking_switch), enable_thinking, chat_template_kwargs (template_switch), reasoning as at OpenRouter (openrouter), or a list of the efforts it knows.',
    example: ['low', 'medium', 'high'],
  }),
  reasoning_field: field(z.enum(['reasoning_content', 'reasoning', 'reasoning_details', 'none']), {
    meaning: 'The Chat field in which earlier reasoning goes back to its model.',
  }),
  reasoning_required: field(z.boolean(), {
    meaning: 'Whether turns with tool calls are refused without that field.',
  }),
  system_role: field(z.enum(['system', 'developer']), { meaning: 'The role of instructions on Chat.' }),
  mid_system: field(z.enum(['in-place', 'user', 'hoist']), {
    meaning:
      'Instructions in mid-conversation: left in place, turned into user text, or moved to the front (spoils prefix caches).',
  }),
  max_tokens_field: field(z.enum(['max_tokens', 'max_completion_tokens']), {
    meaning: 'The Chat field of the output limit.',
  }),
  sampling: field(z.boolean(), { meaning: 'Whether temperature and top_p are taken.' }),
  top_k: field(z.boolean(), { meaning: 'Whether top_k is taken.' }),
  stop_limit: field(z.int().min(0), { meaning: 'How many stop sequences are taken.' }),
  strict_alternation: field(z.boolean(), {
    meaning: 'Whether user and assistant must alternate, user first.',
  }),
  null_content: field(z.boolean(), {
    meaning: 'Whether an assistant turn with tool calls may have null content.',
  }),
  tool_name_limit: field(z.int().min(1), { meaning: 'The longest tool name, in characters.' }),
  schema: field(z.enum(['none', 'openai', 'gemini', 'grammar']), {
    meaning: 'How far tool schemas are cut down.',
  }),
  strict_tools: field(z.boolean(), { meaning: 'Whether strict on tools is understood.' }),
  custom_tools: field(z.boolean(), { meaning: 'Whether free-text tools are understood.' }),
  parallel_tool_calls: field(z.boolean(), { meaning: 'Whether parallel_tool_calls is understood.' }),
  cache_control: field(z.boolean(), { meaning: 'Whether cache_control marks are kept.' }),
  inject_cache: field(z.boolean(), {
    meaning: 'Whether cache marks are set for clients whose format has none.',
  }),
  response_schema: field(z.boolean(), { meaning: 'Whether a JSON schema for the answer is taken.' }),
  prompt_cache_key: field(z.boolean(), { meaning: 'Whether prompt_cache_key is understood.' }),
  stream_usage: field(z.boolean(), {
    meaning: 'Whether stream_options.include_usage is understood.',
  }),
  web_search: field(z.enum(['none', 'web_search_options', 'openrouter_plugin', 'anthropic_tool']), {
    meaning: 'How a search that runs at the provider is asked for, if at all.',
  }),
};

const quirkFieldsSchema = z.strictObject(quirkFields);

export const quirksSchema = z.strictObject({
  ...quirkFields,
  models: field(z.record(z.string().min(1), quirkFieldsSchema), {
    meaning: 'The same for the models whose name fits; * stands for any run of characters.',
    example: { 'qwen3*': { context_tokens: 262_144, effort: 'enable_thinking' } },
  }),
});

export type WrittenQuirks = z.output<typeof quirkFieldsSchema>;

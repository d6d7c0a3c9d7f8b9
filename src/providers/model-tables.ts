/**
 * Models that are known by name, with their limits in tokens. Sources: the providers' model pages, read 2026-11. A
 * model that is missing here is asked all the same; its limits are then its provider's to enforce.
 */
import type { KnownModel } from './descriptor.ts';

const K = 1_000;

function model(id: string, context: number, output: number): KnownModel {
  return { id, context, output };
}

export const ANTHROPIC_MODELS: readonly KnownModel[] = [
  model('claude-opus-5-5', 200 * K, 128 * K),
  model('claude-sonnet-5-5', 200 * K, 128 * K),
  model('claude-haiku-5-5', 200 * K, 128 * K),
  model('claude-opus-4-6', 200 * K, 128 * K),
  model('claude-sonnet-4-6', 200 * K, 64 * K),
  model('claude-haiku-4-5', 200 * K, 64 * K),
];

export const ZAI_MODELS: readonly KnownModel[] = [
  model('glm-5', 200 * K, 128 * K),
  model('glm-4.7', 200 * K, 128 * K),
  model('glm-4.6', 200 * K, 128 * K),
  model('glm-4.5-air', 128 * K, 96 * K),
  model('glm-4.6v', 128 * K, 32 * K),
];

export const OPENAI_MODELS: readonly KnownModel[] = [
  model('gpt-5.2', 400 * K, 128 * K),
  model('gpt-5', 400 * K, 128 * K),
  model('gpt-5-mini', 400 * K, 128 * K),
  model('gpt-4.1', 1_047_576, 32_768),
];

export const DEEPSEEK_MODELS: readonly KnownModel[] = [
  model('deepseek-chat', 131_072, 8_192),
  model('deepseek-reasoner', 131_072, 65_536),
];

export const MOONSHOT_MODELS: readonly KnownModel[] = [
  model('kimi-k2.5', 262_144, 262_144),
  model('kimi-k2-thinking', 262_144, 262_144),
];

export const MINIMAX_MODELS: readonly KnownModel[] = [
  model('MiniMax-M2.5', 204_800, 131_072),
  model('MiniMax-M2', 204_800, 131_072),
];

export const QWEN_MODELS: readonly KnownModel[] = [
  model('qwen3-coder-plus', 1_000 * K, 65_536),
  model('qwen3-coder-flash', 1_000 * K, 65_536),
  model('qwen3-max', 262_144, 65_536),
];

export const GOOGLE_MODELS: readonly KnownModel[] = [
  model('gemini-3-pro-preview', 1_048_576, 65_536),
  model('gemini-2.5-pro', 1_048_576, 65_536),
  model('gemini-2.5-flash', 1_048_576, 65_536),
];

/** A wire format: how a client or a provider speaks. */
export type Format = 'anthropic-messages' | 'openai-chat' | 'openai-responses' | 'gemini';

export const FORMATS = ['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini'] as const;

/** What a client asks for on a data path. `passthrough` is every path that is not ours. */
export type Operation = 'generate' | 'count-tokens';

/** A wire format: how a client or a provider speaks. */
export type Format = 'anthropic-messages' | 'openai-chat' | 'openai-responses' | 'gemini';

export const FORMATS = ['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini'] as const;

/** What a client asks for. `passthrough` is every path that is not ours: forwarded as it came, not metered. */
export type Operation = 'generate' | 'count-tokens' | 'passthrough';

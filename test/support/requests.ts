/** The smallest honest requests of each dialect. */
import type { Dialect } from './answers.ts';
import { postBytes } from './raw-client.ts';

export const PATHS: Readonly<Record<Exclude<Dialect, 'gemini'>, string>> = {
  anthropic: '/v1/messages',
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
};

/** A streaming request in this dialect, as bytes for the gateway. */
export function streamingRequest(
  dialect: Exclude<Dialect, 'gemini'>,
  gatewayUrl: string,
  model = 'claude-sonnet-5-5',
): Buffer {
  return postBytes(gatewayUrl, PATHS[dialect], streamingBody(dialect, model));
}

/** The body of such a request. */
export function streamingBody(dialect: Exclude<Dialect, 'gemini'>, model = 'claude-sonnet-5-5'): object {
  const messages = [{ role: 'user', content: 'Say something.' }];
  return dialect === 'responses'
    ? { model, stream: true, input: messages }
    : { model, stream: true, max_tokens: 100, messages };
}

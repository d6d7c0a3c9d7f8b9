import { GatewayError } from '../domain/errors.ts';
import type { Format } from '../domain/format.ts';
import { ANTHROPIC_MESSAGES_CODEC } from './anthropic-messages/codec.ts';
import type { Codec } from './codec.ts';
import { GEMINI_CODEC } from './gemini/codec.ts';
import { OPENAI_CHAT_CODEC } from './openai-chat/codec.ts';
import { OPENAI_RESPONSES_CODEC } from './openai-responses/codec.ts';

/** Every format that can be translated. The laws run over this list. */
export const CODECS: Partial<Record<Format, Codec>> = {
  'anthropic-messages': ANTHROPIC_MESSAGES_CODEC,
  'openai-chat': OPENAI_CHAT_CODEC,
  'openai-responses': OPENAI_RESPONSES_CODEC,
  gemini: GEMINI_CODEC,
};

/** @throws GatewayError `format_not_supported` */
export function codecOf(format: Format): Codec {
  const codec = CODECS[format];
  if (codec !== undefined) return codec;
  throw new GatewayError('format_not_supported', `No translation from or to ${format} is built in.`);
}

import type { Format } from '../domain/format.ts';
import { MESSAGES_GRAMMAR } from './anthropic-messages/grammar.ts';
import type { Grammar } from './grammar.ts';
import { GEMINI_GRAMMAR } from './gemini/grammar.ts';
import { CHAT_GRAMMAR } from './openai-chat/grammar.ts';
import { RESPONSES_GRAMMAR } from './openai-responses/grammar.ts';

/** The judge of every translated format; the laws and the traps ask it about everything encoders emit. */
export const GRAMMARS: Partial<Record<Format, Grammar>> = {
  'anthropic-messages': MESSAGES_GRAMMAR,
  'openai-chat': CHAT_GRAMMAR,
  'openai-responses': RESPONSES_GRAMMAR,
  gemini: GEMINI_GRAMMAR,
};

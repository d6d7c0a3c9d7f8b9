import type { Codec } from '../codec.ts';
import { decodeRequest } from './request-decoder.ts';
import { encodeRequest } from './request-encoder.ts';
import { decodeAnswer } from './response-decoder.ts';
import { encodeAnswer } from './response-encoder.ts';
import { ChatStreamDecoder } from './stream-decoder.ts';
import { ChatStreamEncoder } from './stream-encoder.ts';

export const OPENAI_CHAT_CODEC: Codec = {
  id: 'openai-chat',
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  createStreamDecoder: (context) => new ChatStreamDecoder(context),
  createStreamEncoder: (context) => new ChatStreamEncoder(context),
};

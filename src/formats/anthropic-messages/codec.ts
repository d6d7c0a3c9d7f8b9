import type { Codec } from '../codec.ts';
import { decodeRequest } from './request-decoder.ts';
import { encodeRequest } from './request-encoder.ts';
import { decodeAnswer } from './response-decoder.ts';
import { encodeAnswer } from './response-encoder.ts';
import { MessagesStreamDecoder } from './stream-decoder.ts';
import { MessagesStreamEncoder } from './stream-encoder.ts';

export const ANTHROPIC_MESSAGES_CODEC: Codec = {
  id: 'anthropic-messages',
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  createStreamDecoder: (context) => new MessagesStreamDecoder(context),
  createStreamEncoder: (context) => new MessagesStreamEncoder(context),
};

import type { Codec } from '../codec.ts';
import { decodeRequest } from './request-decoder.ts';
import { encodeRequest } from './request-encoder.ts';
import { decodeAnswer } from './response-decoder.ts';
import { encodeAnswer } from './response-encoder.ts';
import { GeminiStreamDecoder } from './stream-decoder.ts';
import { GeminiStreamEncoder } from './stream-encoder.ts';

export const GEMINI_CODEC: Codec = {
  id: 'gemini',
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  streamsArrays: true,
  createStreamDecoder: (context) => new GeminiStreamDecoder(context),
  createStreamEncoder: (context) => new GeminiStreamEncoder(context),
};

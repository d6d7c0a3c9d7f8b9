import type { Codec } from '../codec.ts';
import { decodeRequest } from './request-decoder.ts';
import { encodeRequest } from './request-encoder.ts';
import { decodeAnswer } from './response-decoder.ts';
import { encodeAnswer } from './response-encoder.ts';
import { ResponsesStreamDecoder } from './stream-decoder.ts';
import { ResponsesStreamEncoder } from './stream-encoder.ts';

export const OPENAI_RESPONSES_CODEC: Codec = {
  id: 'openai-responses',
  decodeRequest,
  encodeRequest,
  decodeAnswer,
  encodeAnswer,
  createStreamDecoder: (context) => new ResponsesStreamDecoder(context),
  createStreamEncoder: (context) => new ResponsesStreamEncoder(context),
};

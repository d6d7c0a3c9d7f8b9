import type { Buffer } from 'node:buffer';
import type { AnswerContext, DecodedAnswer } from '../codec.ts';
import { AnswerCollector } from '../collect-answer.ts';
import { GeminiStreamDecoder } from './stream-decoder.ts';

/** Reads a whole answer, which has the shape of a stream's chunk. */
export function decodeAnswer(body: Buffer, context: AnswerContext): DecodedAnswer {
  const decoder = new GeminiStreamDecoder(context);
  const { result } = new AnswerCollector().pushAll(decoder.pushBody(body)).pushAll(decoder.end());
  return result.kind === 'answer' ? { ...result, warnings: decoder.warnings } : result;
}

import type { Buffer } from 'node:buffer';
import type { AnswerContext, DecodedAnswer } from '../codec.ts';
import { AnswerCollector } from '../collect-answer.ts';
import { ResponsesStreamDecoder } from './stream-decoder.ts';

/** Reads a whole response object. It is what closes a stream, so that one reader serves both. */
export function decodeAnswer(body: Buffer, context: AnswerContext): DecodedAnswer {
  const decoder = new ResponsesStreamDecoder(context);
  const { result } = new AnswerCollector().pushAll(decoder.pushBody(body));
  return result.kind === 'answer' ? { ...result, warnings: decoder.warnings } : result;
}

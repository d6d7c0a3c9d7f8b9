import { Buffer } from 'node:buffer';
import type { AnswerContext, DecodedAnswer } from '../codec.ts';
import { AnswerCollector } from '../collect-answer.ts';
import { ChatStreamDecoder } from './stream-decoder.ts';

const DONE = Buffer.from('\n\ndata: [DONE]\n\n');

/**
 * Reads a whole answer. Its message has the same fields as the deltas of a stream, so that one reader with all its
 * tolerance serves both: the body is read as a stream of one chunk.
 */
export function decodeAnswer(body: Buffer, context: AnswerContext): DecodedAnswer {
  const decoder = new ChatStreamDecoder(context);
  const collector = new AnswerCollector();
  collector.pushAll(decoder.pushBody(body)).pushAll(decoder.push(DONE)).pushAll(decoder.end());
  const { result } = collector;
  return result.kind === 'answer' ? { ...result, warnings: decoder.warnings } : result;
}

import { Buffer } from 'node:buffer';
import type { Answer } from '../../domain/answer.ts';
import type { AnswerContext } from '../codec.ts';
import { spreadAnswer } from '../spread-answer.ts';
import { ResponsesStreamEncoder } from './stream-encoder.ts';

/** A whole answer as one response object: the one that closes the stream that would tell it. */
export function encodeAnswer(answer: Answer, context: AnswerContext): Buffer {
  const encoder = new ResponsesStreamEncoder(context);
  for (const part of spreadAnswer(answer)) encoder.push(part);
  return Buffer.from(JSON.stringify(encoder.response), 'utf8');
}

import type { Buffer } from 'node:buffer';
import type { Format } from '../domain/format.ts';
import type { AnswerContext, DecodedAnswer } from './codec.ts';
import { codecOf } from './codecs.ts';
import { AnswerCollector } from './collect-answer.ts';
import { shapeOf } from './shape-of.ts';

/** A whole body of status 200 → its answer, also where it is a stream although none was asked for. */
export function decodeWhole(body: Buffer, from: Format, context: AnswerContext): DecodedAnswer {
  const codec = codecOf(from);
  const shape = shapeOf(body);
  const isStream = shape === 'stream' || (shape === 'array' && codec.streamsArrays === true);
  if (!isStream) return codec.decodeAnswer(body, context);
  const decoder = codec.createStreamDecoder(context);
  const { result } = new AnswerCollector().pushAll(decoder.push(body)).pushAll(decoder.end());
  return result.kind === 'answer' ? { ...result, warnings: decoder.warnings } : result;
}

import { Buffer } from 'node:buffer';
import type { Answer } from '../../domain/answer.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { Citation } from '../../domain/message-part.ts';
import { mergeUsage, UNKNOWN_USAGE } from '../../domain/usage.ts';
import type { AnswerContext } from '../codec.ts';
import { spreadAnswer } from '../spread-answer.ts';
import { AnswerParts } from './answer-parts.ts';
import { closingFields } from './stream-encoder.ts';
import { writeUsage } from './write-usage.ts';

/** A whole answer as one `GenerateContentResponse`. */
export function encodeAnswer(answer: Answer, context: AnswerContext): Buffer {
  const usage = mergeUsage({ ...UNKNOWN_USAGE, input: context.estimatedInput, output: 0 }, answer.usage);
  const { parts, citations } = encodeParts(answer);
  const wire = {
    candidates: [{ content: { role: 'model', parts }, ...closingFields(answer.stop, citations), index: 0 }],
    usageMetadata: writeUsage(usage),
    modelVersion: context.answerModel ?? answer.model,
    responseId: answer.id === '' ? context.newId() : answer.id,
  };
  return Buffer.from(JSON.stringify(wire), 'utf8');
}

function encodeParts(answer: Answer): { readonly parts: JsonObject[]; readonly citations: Citation[] } {
  const writer = new AnswerParts();
  const parts: JsonObject[] = [];
  const citations: Citation[] = [];
  for (const part of spreadAnswer(answer)) {
    if (part.type === 'citation') citations.push(part.citation);
    else if ('index' in part) parts.push(...writer.push(part));
  }
  return {
    parts: [...parts, ...writer.takeSeals()],
    citations: citations.filter(({ url }) => url !== undefined),
  };
}

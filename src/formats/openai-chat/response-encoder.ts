import { Buffer } from 'node:buffer';
import type { Answer } from '../../domain/answer.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { ReasoningPart, ToolCallPart } from '../../domain/message-part.ts';
import { wrapOpaque } from '../../domain/opaque.ts';
import type { AnswerContext } from '../codec.ts';
import { writeAnnotation } from './annotations.ts';
import { argumentsText } from './parts/tool-call.ts';
import { writeUsage } from './write-usage.ts';
import { finishReason } from './stop-reason.ts';
import { writeDetail } from './stream-encoder.ts';
import { completionId } from './wire.ts';

/** A whole answer as one `chat.completion`. */
export function encodeAnswer(answer: Answer, context: AnswerContext): Buffer {
  const wire = {
    id: completionId(answer.id, context.newId),
    object: 'chat.completion',
    created: context.created,
    model: context.answerModel ?? answer.model,
    choices: [
      {
        index: 0,
        message: encodeMessage(answer, context),
        logprobs: null,
        finish_reason: finishReason(answer.stop),
      },
    ],
    usage: writeUsage(answer.usage),
  };
  return Buffer.from(JSON.stringify(wire), 'utf8');
}

function encodeMessage(answer: Answer, context: AnswerContext): JsonObject {
  const texts = answer.parts.filter((part) => part.type === 'text');
  const spoken = texts.filter((part) => part.refusal !== true).map((part) => part.text);
  const refused = texts.filter((part) => part.refusal === true).map((part) => part.text);
  const calls = answer.parts.filter((part) => part.type === 'tool-call').map(encodeCall);
  const annotations = texts
    .flatMap((part) => part.citations ?? [])
    .map(writeAnnotation)
    .filter((item) => item !== undefined);
  return {
    role: 'assistant',
    content: spoken.length === 0 ? null : spoken.join(''),
    refusal: refused.length > 0 ? refused.join('') : refusalOf(answer),
    ...encodeReasoning(
      answer.parts.filter((part) => part.type === 'reasoning'),
      context,
    ),
    ...(annotations.length > 0 ? { annotations } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function refusalOf({ stop }: Answer): string | null {
  return stop.kind === 'refusal' ? (stop.explanation ?? null) : null;
}

function encodeCall(part: ToolCallPart): JsonObject {
  const seal =
    part.opaque === undefined
      ? {}
      : { extra_content: { google: { thought_signature: wrapOpaque(part.opaque) } } };
  if (part.input.kind === 'text')
    return { id: part.id, type: 'custom', custom: { name: part.name, input: part.input.text }, ...seal };
  const named = { name: part.name, arguments: argumentsText(part) };
  return { id: part.id, type: 'function', function: named, ...seal };
}

function encodeReasoning(parts: readonly ReasoningPart[], context: AnswerContext): JsonObject {
  const text = parts.map((part) => part.text).join('');
  const details = parts.flatMap((part) =>
    part.opaque === undefined ? [] : [{ text: part.text, opaque: part.opaque }],
  );
  const { reasoningFields } = context;
  return {
    ...(text !== '' && reasoningFields !== 'reasoning' ? { reasoning_content: text } : {}),
    ...(text !== '' && reasoningFields !== 'reasoning_content' ? { reasoning: text } : {}),
    ...(details.length > 0
      ? { reasoning_details: details.map(({ text, opaque }, index) => writeDetail(text, opaque, index)) }
      : {}),
  };
}

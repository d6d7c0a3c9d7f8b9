import { Buffer } from 'node:buffer';
import type { Answer, AnswerPart } from '../../domain/answer.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import { mergeUsage, UNKNOWN_USAGE } from '../../domain/usage.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { AnswerContext } from '../codec.ts';
import { fitToolId } from '../passes/map-tool-ids.ts';
import { encodeCallSeal } from './parts/call-seal.ts';
import { ownBlock } from './parts/server-tool.ts';
import { encodeCitation, encodeText } from './parts/text.ts';
import { encodeAnswerReasoning } from './parts/thinking.ts';
import { parseArguments } from './parts/tool-use.ts';
import { writeStop } from './stop-reason.ts';
import { writeUsage } from './write-usage.ts';
import { CLIENT_TOOL_IDS, messageId } from './wire.ts';

/** A whole answer as one message. */
export function encodeAnswer(answer: Answer, context: AnswerContext): Buffer {
  const wire = {
    id: messageId(answer.id, context.newId),
    type: 'message',
    role: 'assistant',
    model: context.answerModel ?? answer.model,
    content: answer.parts.flatMap(encodeAnswerPart),
    ...writeStop(answer.stop),
    usage: writeUsage(
      mergeUsage({ ...UNKNOWN_USAGE, input: context.estimatedInput, output: 0 }, answer.usage),
    ),
  };
  return Buffer.from(JSON.stringify(wire), 'utf8');
}

function encodeAnswerPart(part: AnswerPart): JsonObject[] {
  switch (part.type) {
    case 'text': {
      if (part.text === '') return [];
      const citations = (part.citations ?? [])
        .map(encodeCitation)
        .filter((citation) => citation !== undefined);
      return [{ ...encodeText(part), ...(citations.length > 0 ? { citations } : {}) }];
    }
    case 'reasoning':
      return [encodeAnswerReasoning(part)];
    case 'tool-call': {
      const id = fitToolId(part.id, CLIENT_TOOL_IDS);
      const input = part.input.kind === 'text' ? { input: part.input.text } : parseArguments(part.input.text);
      const seal = part.opaque === undefined ? [] : [encodeCallSeal({ id }, part.opaque)];
      return [...seal, { type: 'tool_use', id, name: part.name, input: input ?? {} }];
    }
    case 'server-tool-call':
    case 'server-tool-result': {
      const own = ownBlock(part);
      return own === undefined ? [] : [own];
    }
    case 'vendor':
      return part.vendor.format === 'anthropic-messages' ? [part.vendor.value] : [];
    default:
      return assertNever(part);
  }
}

import type { Message } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { Part, ReasoningPart, ToolCallPart } from '../../domain/message-part.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { writeArguments } from './parts/function-call.ts';
import { encodeFunctionResponse } from './parts/function-response.ts';
import { type EncodeScope, warnOfCache } from './parts/media.ts';
import { encodeUserPart } from './parts/user-part.ts';
import { demandsSignatures, DUMMY_SIGNATURE } from './signature.ts';

/** Prepared messages as contents. Ids stay behind: results are matched by name and order, as every version knows it. */
export function encodeContents(
  messages: readonly Message[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject[] {
  const sent = sentNames(messages, names);
  const contents = messages.map((message) =>
    message.role === 'assistant'
      ? { role: 'model', parts: encodeModel(message.parts, names, scope) }
      : { role: 'user', parts: encodeUser(message.parts, sent, scope) },
  );
  const filled = contents.filter((content) => content.parts.length > 0);
  if (filled[0]?.role !== 'model') return filled;
  scope.warnings.add('message_inserted', 'messages[0]', 'The conversation must begin with the user.');
  return [{ role: 'user', parts: [{ text: '.' }] }, ...filled];
}

function sentNames(messages: readonly Message[], names: ToolNames): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) => message.parts).filter((part) => part.type === 'tool-call');
  return new Map(calls.map((call) => [call.id, names.toSent(call.name, call.namespace)]));
}

/** Responses first, in the order of the calls; what tools showed besides text behind all of them. */
function encodeUser(
  parts: readonly Part[],
  names: ReadonlyMap<string, string>,
  scope: EncodeScope,
): JsonObject[] {
  const responses = parts
    .filter((part) => part.type === 'tool-result')
    .map((part) => encodeFunctionResponse(part, names.get(part.callId) ?? part.callId, scope));
  const said = parts
    .filter((part) => part.type !== 'tool-result')
    .flatMap((part) => encodeUserPart(part, scope));
  return [...responses.map(({ part }) => part), ...responses.flatMap(({ media }) => media), ...said];
}

/** Newer models demand a signature on the first call of a step; for calls of others there is a word for it. */
function encodeModel(parts: readonly Part[], names: ToolNames, scope: EncodeScope): JsonObject[] {
  const first = parts.find((part) => part.type === 'tool-call');
  return parts.flatMap((part) => {
    const encoded = encodeModelPart(part, names, scope);
    const isBare = part === first && first.opaque === undefined && demandsSignatures(scope.target.model);
    return isBare ? encoded.map((item) => ({ ...item, thoughtSignature: DUMMY_SIGNATURE })) : encoded;
  });
}

function encodeModelPart(part: Part, names: ToolNames, scope: EncodeScope): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'image':
    case 'document':
    case 'audio':
    case 'vendor':
      return encodeUserPart(part, scope);
    case 'reasoning':
      return encodeReasoning(part);
    case 'tool-call':
      return [encodeCall(part, names.toSent(part.name, part.namespace), scope)];
    case 'server-tool-call':
    case 'server-tool-result':
    case 'search-result':
    case 'tool-reference':
    case 'tool-result':
      scope.warnings.add('part_dropped', 'messages', `An assistant cannot say a part of type ${part.type}.`);
      return [];
    default:
      return assertNever(part);
  }
}

/** Only what was signed goes back: thoughts in the open are for readers. */
function encodeReasoning({ text, opaque }: ReasoningPart): JsonObject[] {
  if (opaque?.kind !== 'thought-signature') return [];
  const thought = text === '' ? {} : { thought: true };
  return [{ text, ...thought, thoughtSignature: opaque.payload }];
}

function encodeCall(part: ToolCallPart, name: string, scope: EncodeScope): JsonObject {
  warnOfCache(part.cache, scope);
  const seal = part.opaque?.kind === 'thought-signature' ? { thoughtSignature: part.opaque.payload } : {};
  return { functionCall: { name, args: writeArguments(part) }, ...seal };
}

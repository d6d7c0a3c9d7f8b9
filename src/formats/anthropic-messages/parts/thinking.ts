import { asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { ReasoningPart } from '../../../domain/message-part.ts';
import { type Opaque, type OpaqueOrigin, unwrapOpaque, wrapOpaque } from '../../../domain/opaque.ts';

/** A thinking block of a request: its signature is bare, or one of ours that carries its origin. */
export function decodeThinking(block: JsonObject): ReasoningPart {
  const signature = asText(block['signature']);
  return {
    type: 'reasoning',
    text: asString(block['thinking']) ?? '',
    opaque: signature === undefined ? undefined : unwrapOpaque(signature, 'signature'),
  };
}

export function decodeRedactedThinking(block: JsonObject): ReasoningPart {
  return { type: 'reasoning', text: '', opaque: unwrapOpaque(asString(block['data']) ?? '', 'redacted') };
}

/** A block of an answer: the provider's own signature, tagged with where it comes from. */
export function issuedReasoning(block: JsonObject, origin: OpaqueOrigin): ReasoningPart {
  const text = asString(block['thinking']) ?? '';
  if (block['type'] === 'redacted_thinking')
    return { type: 'reasoning', text: '', opaque: issued('redacted', asString(block['data']), origin) };
  return { type: 'reasoning', text, opaque: issued('signature', asText(block['signature']), origin) };
}

export function issued(
  kind: Opaque['kind'],
  payload: string | undefined,
  origin: OpaqueOrigin,
): Opaque | undefined {
  return payload === undefined ? undefined : { kind, origin, payload };
}

/** For requests: the block as Anthropic issued it. @returns `undefined` when it lacks what the API demands */
export function encodeThinking(part: ReasoningPart): JsonObject | undefined {
  const { opaque } = part;
  if (opaque?.kind === 'signature')
    return { type: 'thinking', thinking: part.text, signature: opaque.payload };
  if (opaque?.kind === 'redacted') return { type: 'redacted_thinking', data: opaque.payload };
  return undefined;
}

/** For answers to a client: hidden reasoning has no text to show, all other is a thinking block. */
export function encodeAnswerReasoning(part: ReasoningPart): JsonObject {
  const sealed = part.opaque === undefined ? '' : wrapOpaque(part.opaque);
  if (isHidden(part)) return { type: 'redacted_thinking', data: sealed };
  return { type: 'thinking', thinking: part.text, signature: sealed };
}

function isHidden(part: ReasoningPart): boolean {
  return part.text === '' && part.opaque !== undefined && part.opaque.kind !== 'signature';
}

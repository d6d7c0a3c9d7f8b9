import { asString, asText, type JsonObject, objectsIn } from '../../../domain/json-value.ts';
import type { ReasoningPart } from '../../../domain/message-part.ts';
import {
  isWrapped,
  type Opaque,
  type OpaqueOrigin,
  unwrapOpaque,
  wrapOpaque,
} from '../../../domain/opaque.ts';
import { parseJson } from '../../parse-body.ts';
import { asObject } from '../../../domain/json-value.ts';

/** Between the parts of a summary, which are paragraphs with a title each. */
export const SUMMARY_GAP = '\n\n';

/** A reasoning item of a request: sealed by us with its origin, or bare as a provider of this format issued it. */
export function decodeReasoning(item: JsonObject): ReasoningPart {
  const sealed = asText(item['encrypted_content']);
  const text = readText(item);
  if (sealed !== undefined && isWrapped(sealed))
    return { type: 'reasoning', text, opaque: unwrapOpaque(sealed, 'encrypted') };
  const payload = writePayload(item, sealed);
  return {
    type: 'reasoning',
    text,
    opaque: sealed === undefined ? undefined : { kind: 'encrypted', origin: undefined, payload },
  };
}

/** Summary where there is one: what open models tell stands in `content`. */
export function readText(item: JsonObject): string {
  const summary = textsIn(item['summary']);
  return (summary.length > 0 ? summary : textsIn(item['content'])).join(SUMMARY_GAP);
}

function textsIn(value: JsonObject[string]): string[] {
  return objectsIn(value)
    .map((part) => asString(part['text']) ?? '')
    .filter((text) => text !== '');
}

/** What the issuer wants back: the sealed reasoning with its item id, or the open text under its id. */
export function issuedOpaque(item: JsonObject, origin: OpaqueOrigin): Opaque | undefined {
  const sealed = asText(item['encrypted_content']);
  if (sealed !== undefined) return { kind: 'encrypted', origin, payload: writePayload(item, sealed) };
  if (textsIn(item['content']).length === 0) return undefined;
  return { kind: 'plain', origin, payload: asString(item['id']) ?? '' };
}

function writePayload(item: JsonObject, sealed: string | undefined): string {
  return JSON.stringify({ id: asString(item['id']) ?? '', encrypted_content: sealed });
}

/** The item as its issuer gave it. @returns `undefined` when there is nothing to give back */
export function encodeReasoning({ text, opaque }: ReasoningPart): JsonObject | undefined {
  if (opaque?.kind === 'plain')
    return {
      type: 'reasoning',
      ...(opaque.payload === '' ? {} : { id: opaque.payload }),
      summary: [],
      content: [{ type: 'reasoning_text', text }],
    };
  const fields = opaque?.kind === 'encrypted' ? asObject(parseJson(opaque.payload)) : undefined;
  if (fields === undefined) return undefined;
  const id = asText(fields['id']);
  return {
    type: 'reasoning',
    ...(id === undefined ? {} : { id }),
    summary: summaryOf(text),
    encrypted_content: fields['encrypted_content'],
  };
}

/** An item of an answer, which the client sends back unread. */
export function reasoningItem(id: string, text: string, opaque: Opaque | undefined): JsonObject {
  return {
    id,
    type: 'reasoning',
    summary: summaryOf(text),
    ...(opaque === undefined ? {} : { encrypted_content: wrapOpaque(opaque) }),
  };
}

function summaryOf(text: string): JsonObject[] {
  return text === '' ? [] : [{ type: 'summary_text', text }];
}

import { asObject, asString, type JsonObject, objectsIn } from '../../../domain/json-value.ts';
import type { ResultPart, ToolResultPart } from '../../../domain/message-part.ts';
import { decodeInlineData, type EncodeScope, warnOfCache } from './media.ts';
import { encodeUserPart } from './user-part.ts';

/** The result of a call; who made it is found out by id, or by name and order. */
export function decodeFunctionResponse(wire: JsonObject, callId: string): ToolResultPart {
  const response = asObject(wire['response']) ?? {};
  const media = objectsIn(wire['parts']).flatMap((part) => decodeMedia(asObject(part['inlineData'])));
  const { text, isError } = readResponse(response);
  return { type: 'tool-result', callId, content: [{ type: 'text', text }, ...media], isError };
}

function decodeMedia(data: JsonObject | undefined): ResultPart[] {
  const part = data === undefined ? undefined : decodeInlineData(data);
  return part?.type === 'image' || part?.type === 'document' ? [part] : [];
}

/** Google's convention: `output` or `error` alone; anything else is told as JSON. */
function readResponse(response: JsonObject): { readonly text: string; readonly isError: boolean } {
  const [name = ''] = Object.keys(response);
  const isSingle = Object.keys(response).length === 1;
  if (isSingle && (name === 'output' || name === 'error' || name === 'result'))
    return { text: asString(response[name]) ?? JSON.stringify(response[name]), isError: name === 'error' };
  return { text: JSON.stringify(response), isError: false };
}

const NO_OUTPUT = '(no output)';

export interface EncodedResponse {
  readonly part: JsonObject;
  /** What the tool returned besides text stands behind all responses of the turn. */
  readonly media: readonly JsonObject[];
}

/** @param name the tool's name as sent */
export function encodeFunctionResponse(
  part: ToolResultPart,
  name: string,
  scope: EncodeScope,
): EncodedResponse {
  warnOfCache(part.cache, scope);
  const encoded = part.content.flatMap((item) => encodeUserPart(item, scope));
  const texts = encoded.flatMap((item) => asString(item['text']) ?? []).filter((text) => text !== '');
  const media = encoded.filter((item) => item['text'] === undefined);
  const output = texts.join('\n') || (media.length > 0 ? 'The output follows.' : NO_OUTPUT);
  return {
    part: { functionResponse: { name, response: part.isError ? { error: output } : { output } } },
    media: media.length === 0 ? [] : [{ text: `Output of ${name}:` }, ...media],
  };
}

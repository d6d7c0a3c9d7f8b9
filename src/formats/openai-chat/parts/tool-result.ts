import { asString, type JsonObject } from '../../../domain/json-value.ts';
import type { ResultPart, ToolResultPart } from '../../../domain/message-part.ts';
import { type EncodeScope, encodeUserPart } from './content.ts';

/** A tool message holds text alone; what else the tool returned follows in a user message. */
export interface EncodedResult {
  readonly message: JsonObject;
  readonly media: readonly JsonObject[];
}

const NO_OUTPUT = '(no output)';

export function encodeToolResult(part: ToolResultPart, scope: EncodeScope): EncodedResult {
  const encoded = part.content.flatMap((item: ResultPart) => encodeUserPart(item, scope));
  const texts = encoded.filter((item) => item['type'] === 'text').map((item) => asString(item['text']) ?? '');
  const media = encoded.filter((item) => item['type'] !== 'text');
  const text =
    texts.filter((item) => item !== '').join('\n') || (media.length > 0 ? seeBelow(part) : NO_OUTPUT);
  const message = {
    role: 'tool',
    tool_call_id: part.callId,
    content: part.isError ? `Error: ${text}` : text,
  };
  if (media.length === 0) return { message, media: [] };
  return { message, media: [{ type: 'text', text: `Output of the tool call ${part.callId}:` }, ...media] };
}

function seeBelow(part: ToolResultPart): string {
  return `The output of ${part.callId} follows in the next message.`;
}

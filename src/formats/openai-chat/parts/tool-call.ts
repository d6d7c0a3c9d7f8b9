import type { JsonObject } from '../../../domain/json-value.ts';
import type { ToolCallPart } from '../../../domain/message-part.ts';

/** @param name the tool's name as sent; `customTools` tells whether free text has a shape of its own there */
export function encodeToolCall(part: ToolCallPart, name: string, customTools: boolean): JsonObject {
  if (part.input.kind === 'text' && customTools)
    return { id: part.id, type: 'custom', custom: { name, input: part.input.text } };
  const call = { id: part.id, type: 'function', function: { name, arguments: argumentsText(part) } };
  // Gemini behind this format signs its calls and refuses them unsigned.
  if (part.opaque?.kind !== 'thought-signature') return call;
  return { ...call, extra_content: { google: { thought_signature: part.opaque.payload } } };
}

export function argumentsText(part: Pick<ToolCallPart, 'input'>): string {
  if (part.input.kind === 'text') return JSON.stringify({ input: part.input.text });
  const text = part.input.text.trim();
  return text === '' || text === 'null' ? '{}' : part.input.text;
}

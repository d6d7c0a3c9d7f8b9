import { asString, asText, type JsonObject, objectsIn } from '../../../domain/json-value.ts';
import type { Part, ResultPart, ToolResultPart } from '../../../domain/message-part.ts';
import { malformed } from '../../parse-body.ts';
import { isBuiltinOutput } from '../builtin-tools.ts';
import { decodeContent, encodeContentPart, type EncodeScope, warnOfCache } from './content.ts';

const OUTPUTS = new Set(['function_call_output', 'custom_tool_call_output']);

/** @returns `undefined` when the item is no result of a call the client ran */
export function decodeToolResult(item: JsonObject, path: string): ToolResultPart | undefined {
  const isPlain = OUTPUTS.has(asString(item['type']) ?? '');
  if (!isPlain && !isBuiltinOutput(item)) return undefined;
  const callId = asText(item['call_id']) ?? asText(item['id']);
  if (callId === undefined) throw malformed(`${path}.call_id must be a string.`);
  const content = isPlain
    ? decodeContent(item['output'], `${path}.output`).filter(isResultPart)
    : [{ type: 'text', text: builtinOutput(item) } as const];
  return { type: 'tool-result', callId, content, isError: item['status'] === 'failed' };
}

/** What a built-in tool returned, as text; lists of what commands printed stay JSON. */
function builtinOutput(item: JsonObject): string {
  if (item['type'] === 'tool_search_output') {
    const names = objectsIn(item['tools']).flatMap((tool) => asText(tool['name']) ?? []);
    return names.length === 0 ? 'No tools were found.' : `Tools loaded: ${names.join(', ')}`;
  }
  const { output } = item;
  if (typeof output === 'string') return output;
  return output === null || output === undefined ? (asString(item['status']) ?? '') : JSON.stringify(output);
}

function isResultPart(part: Part): part is ResultPart {
  return part.type === 'text' || part.type === 'image' || part.type === 'document' || part.type === 'vendor';
}

const NO_OUTPUT = '(no output)';

/** Images and files stay inside the result, as this format allows. @param isCustom whether the call was free text */
export function encodeToolResult(part: ToolResultPart, isCustom: boolean, scope: EncodeScope): JsonObject {
  warnOfCache(part.cache, scope);
  const content = part.content.flatMap((item) => encodeContentPart(item, scope));
  const filled = content.filter((item) => item['type'] !== 'input_text' || item['text'] !== '');
  const isText = filled.every((item) => item['type'] === 'input_text');
  return {
    type: isCustom ? 'custom_tool_call_output' : 'function_call_output',
    call_id: part.callId,
    output: isText ? textOf(filled, part.isError) : markError(filled, part.isError),
  };
}

/** This format has no flag for failed calls. */
function textOf(content: readonly JsonObject[], isError: boolean): string {
  const text = content.map((item) => asString(item['text']) ?? '').join('\n') || NO_OUTPUT;
  return isError ? `Error: ${text}` : text;
}

function markError(content: readonly JsonObject[], isError: boolean): JsonObject[] {
  return isError ? [{ type: 'input_text', text: 'Error:' }, ...content] : [...content];
}

import { asObject, asString, asText, type JsonObject, type JsonValue } from '../../../domain/json-value.ts';
import type { ToolCallPart } from '../../../domain/message-part.ts';
import { malformed, parseJson } from '../../parse-body.ts';
import { builtinOfCall, builtinTool } from '../builtin-tools.ts';

/** A call's item, of a request or of an answer. @returns `undefined` when the item is no call the client runs */
export function readToolCall(item: JsonObject): ToolCallPart | undefined {
  const id = asText(item['call_id']) ?? asString(item['id']) ?? '';
  const namespace = asText(item['namespace']);
  const named = { name: asString(item['name']) ?? '', ...(namespace === undefined ? {} : { namespace }) };
  if (item['type'] === 'function_call')
    return { type: 'tool-call', id, ...named, input: { kind: 'json', text: argumentsOf(item['arguments']) } };
  if (item['type'] === 'custom_tool_call')
    return { type: 'tool-call', id, ...named, input: { kind: 'text', text: asString(item['input']) ?? '' } };
  const builtin = builtinOfCall(item);
  if (builtin === undefined) return undefined;
  const text = JSON.stringify(builtin.readArguments(item));
  return { type: 'tool-call', id, name: builtin.type, builtin: builtin.type, input: { kind: 'json', text } };
}

function argumentsOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** @throws GatewayError when a call of a request lacks its id or name */
export function decodeToolCall(item: JsonObject, path: string): ToolCallPart | undefined {
  const call = readToolCall(item);
  if (call !== undefined && (call.id === '' || call.name === ''))
    throw malformed(`${path} needs a call_id and a name.`);
  return call;
}

/** Without an item id: the API would look for the reasoning that belongs to it. @param name the tool's name as sent */
export function encodeToolCall(part: ToolCallPart, name: string, customTools: boolean): JsonObject {
  if (part.input.kind === 'text' && customTools)
    return { type: 'custom_tool_call', call_id: part.id, name, input: part.input.text };
  return { type: 'function_call', call_id: part.id, name, arguments: argumentsText(part) };
}

function argumentsText(part: Pick<ToolCallPart, 'input'>): string {
  if (part.input.kind === 'text') return JSON.stringify({ input: part.input.text });
  const text = part.input.text.trim();
  return text === '' || text === 'null' ? '{}' : part.input.text;
}

export type CallHead = Pick<ToolCallPart, 'id' | 'name' | 'namespace' | 'builtin'>;

/** The item of a client's built-in tool. @returns `undefined` when the arguments do not fit it */
export function builtinItem(id: string, call: CallHead, input: string): JsonObject | undefined {
  const builtin = builtinTool(call.builtin);
  const fields = builtin?.writeArguments(asObject(parseJson(input === '' ? '{}' : input)) ?? {});
  if (builtin === undefined || fields === undefined) return undefined;
  return { id, type: builtin.callType, call_id: call.id, ...fields };
}

/** The item of a function or of a free-text tool. */
export function callItem(id: string, call: CallHead, input: ToolCallPart['input']): JsonObject {
  const namespace = call.namespace === undefined ? {} : { namespace: call.namespace };
  const head = { id, call_id: call.id, name: call.name, ...namespace };
  return input.kind === 'text'
    ? { type: 'custom_tool_call', ...head, input: input.text }
    : { type: 'function_call', ...head, arguments: input.text };
}

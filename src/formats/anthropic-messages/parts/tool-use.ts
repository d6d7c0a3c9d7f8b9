import { asString, type JsonObject, type JsonValue } from '../../../domain/json-value.ts';
import type { ToolCallPart, ToolInput } from '../../../domain/message-part.ts';
import { malformed, parseJson } from '../../parse-body.ts';
import { asObject } from '../../../domain/json-value.ts';
import { readCacheControl, writeCacheControl } from '../../cache-control.ts';

export function decodeToolUse(block: JsonObject, path: string): ToolCallPart {
  const id = asString(block['id']);
  const name = asString(block['name']);
  if (id === undefined || name === undefined) throw malformed(`${path} needs the strings id and name.`);
  return {
    type: 'tool-call',
    id,
    name,
    input: { kind: 'json', text: JSON.stringify(block['input'] ?? {}) },
    ...readCacheControl(block),
  };
}

/** @param name the tool's name as sent */
export function encodeToolUse(part: ToolCallPart, name: string): JsonObject {
  return {
    type: 'tool_use',
    id: part.id,
    name,
    input: inputObject(part.input, part.name),
    ...writeCacheControl(part.cache),
  };
}

/** The arguments as an object; free text is wrapped as the one argument of its stand-in function. */
function inputObject(input: ToolInput, toolName: string): JsonObject {
  if (input.kind === 'text') return { input: input.text };
  const value = parseArguments(input.text);
  if (value !== undefined) return value;
  throw malformed(`The arguments of the earlier call of ${toolName} are not a JSON object.`);
}

/** `''`, blanks and `null` mean no arguments. @returns `undefined` when the text is no JSON object */
export function parseArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  const value: JsonValue | undefined = parseJson(text);
  return value === null ? {} : asObject(value);
}

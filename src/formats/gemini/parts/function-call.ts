import { asObject, asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { ToolCallPart } from '../../../domain/message-part.ts';
import { malformed, parseJson } from '../../parse-body.ts';

/** A call of a request or an answer; most have no id. */
export function readFunctionCall(
  call: JsonObject,
): Pick<ToolCallPart, 'name' | 'input'> & { id: string | undefined } {
  const args = asObject(call['args']) ?? {};
  const text = Object.keys(args).length === 0 ? '' : JSON.stringify(args);
  return { id: asText(call['id']), name: asString(call['name']) ?? '', input: { kind: 'json', text } };
}

/** The arguments as the object this format wants; free text is wrapped as the one argument of its stand-in function. */
export function writeArguments(part: Pick<ToolCallPart, 'input' | 'name'>): JsonObject {
  if (part.input.kind === 'text') return { input: part.input.text };
  const args = parseArguments(part.input.text);
  if (args !== undefined) return args;
  throw malformed(`The arguments of the earlier call of ${part.name} are not a JSON object.`);
}

/** `''`, blanks and `null` mean no arguments. @returns `undefined` when the text is no JSON object */
export function parseArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  const value = parseJson(text);
  return value === null ? {} : asObject(value);
}

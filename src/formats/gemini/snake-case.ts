import { asObject, type JsonObject, type JsonValue } from '../../domain/json-value.ts';

/** Members whose names are the client's own: arguments, results, schemas. */
const OPAQUE_MEMBERS = new Set([
  'args',
  'response',
  'parameters',
  'parametersJsonSchema',
  'responseSchema',
  'responseJsonSchema',
  'labels',
]);

/** The API takes `system_instruction` as well as `systemInstruction`; from here on only the latter exists. */
export function inCamelCase(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = key.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      return [name, OPAQUE_MEMBERS.has(name) || member === undefined ? member : convert(member)];
    }),
  );
}

function convert(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(convert);
  const object = asObject(value);
  return object === undefined ? value : inCamelCase(object);
}

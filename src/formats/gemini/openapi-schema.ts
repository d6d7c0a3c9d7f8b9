import { asObject, asString, type JsonObject, type JsonValue, objectsIn } from '../../domain/json-value.ts';
import { sanitiseSchema } from '../passes/sanitise-schema.ts';

/** What Google's Schema message knows; any other member is refused as an unknown name. */
const KEYWORDS = new Set([
  'type',
  'format',
  'title',
  'description',
  'nullable',
  'enum',
  'items',
  'minItems',
  'maxItems',
  'properties',
  'required',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'anyOf',
]);

/** A tool's parameters in the subset of OpenAPI that Gemini takes; `undefined` for a tool without any. */
export function openApiSchema(schema: JsonObject): JsonObject | undefined {
  const cleaned = restrict(sanitiseSchema(schema, 'gemini'));
  return Object.keys(asObject(cleaned['properties']) ?? {}).length === 0 ? undefined : cleaned;
}

function restrict(schema: JsonObject): JsonObject {
  const merged = mergeAll(schema);
  const kept: JsonObject = {};
  for (const [keyword, value] of Object.entries(merged))
    if (KEYWORDS.has(keyword) && value !== undefined) kept[keyword] = restrictMember(keyword, value);
  return completeType(liftNull(kept));
}

/** There is no `allOf`: its branches are read as one schema. */
function mergeAll(schema: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  return objectsIn(allOf).reduce<JsonObject>((merged, branch) => {
    const properties = { ...asObject(merged['properties']), ...asObject(branch['properties']) };
    const union = { ...branch, ...merged };
    return Object.keys(properties).length > 0 ? { ...union, properties } : union;
  }, rest);
}

function restrictMember(keyword: string, value: JsonValue): JsonValue {
  if (keyword === 'anyOf') return objectsIn(value).map(restrict);
  const object = asObject(value);
  if (keyword === 'items') return object === undefined ? { type: 'string' } : restrict(object);
  if (keyword !== 'properties' || object === undefined) return value;
  return Object.fromEntries(
    Object.entries(object).map(([name, member]) => [name, restrict(asObject(member) ?? {})]),
  );
}

/** "Or null" is a flag here and no branch. */
function liftNull(schema: JsonObject): JsonObject {
  const branches = objectsIn(schema['anyOf']);
  const real = branches.filter((branch) => branch['type'] !== 'null');
  if (real.length === branches.length) return schema;
  const { anyOf: _any, ...rest } = schema;
  const [only] = real;
  if (only === undefined || real.length > 1) return { ...rest, anyOf: real, nullable: true };
  return { ...only, ...rest, nullable: true };
}

/** Types are demanded everywhere; values of an enum are strings; lists say of what. */
function completeType(schema: JsonObject): JsonObject {
  const values = schema['enum'];
  const completed: JsonObject = { ...schema };
  if (Array.isArray(values)) {
    completed['enum'] = values
      .filter((value) => value !== null)
      .map((value) => asString(value) ?? JSON.stringify(value));
    completed['type'] = 'string';
  }
  if (completed['type'] === undefined && completed['anyOf'] === undefined)
    completed['type'] =
      completed['properties'] === undefined
        ? completed['items'] === undefined
          ? 'string'
          : 'array'
        : 'object';
  if (completed['type'] === 'array') completed['items'] ??= { type: 'string' };
  return withKnownRequired(completed);
}

function withKnownRequired(schema: JsonObject): JsonObject {
  const { required, ...rest } = schema;
  const properties = asObject(schema['properties']);
  if (!Array.isArray(required) || properties === undefined) return rest;
  const known = required.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name));
  return known.length > 0 ? { ...rest, required: known } : rest;
}

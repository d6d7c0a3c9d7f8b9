import { asObject, type JsonObject, type JsonValue } from '../../domain/json-value.ts';

const NUMBERS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);

/** Keywords whose value is a map from names to schemas: the names are not keywords. */
const SCHEMA_MAPS = new Set(['properties', '$defs', 'definitions', 'patternProperties']);

/** Keywords whose value is data and no schema. */
const VALUES = new Set(['enum', 'const', 'default', 'example', 'examples', 'required']);

/**
 * Google's schema as JSON Schema: it writes types in capitals, a flag for null, and counts as strings. Clients write
 * it so in the fields for JSON Schema as well.
 */
export function jsonSchema(schema: JsonObject): JsonObject {
  const converted: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'nullable' || keyword === 'propertyOrdering') continue;
    converted[keyword] = value === undefined ? value : convert(keyword, value);
  }
  const { type } = converted;
  if (schema['nullable'] === true && typeof type === 'string') converted['type'] = [type, 'null'];
  return converted;
}

function convert(keyword: string, value: JsonValue): JsonValue {
  if (VALUES.has(keyword)) return value;
  if (keyword === 'type' && typeof value === 'string') return value.toLowerCase();
  if (NUMBERS.has(keyword) && typeof value === 'string') return Number(value);
  if (Array.isArray(value)) return value.map((item) => schemaOrValue(item));
  return SCHEMA_MAPS.has(keyword) ? convertMap(asObject(value) ?? {}) : schemaOrValue(value);
}

function schemaOrValue(value: JsonValue): JsonValue {
  const schema = asObject(value);
  return schema === undefined ? value : jsonSchema(schema);
}

function convertMap(map: JsonObject): JsonObject {
  const entries = Object.entries(map).map(([name, value]) => [name, schemaOrValue(value ?? {})]);
  return Object.fromEntries(entries);
}

import { asList, asObject, type JsonObject, type JsonValue } from '../../domain/json-value.ts';
import type { SchemaLevel } from '../../domain/target-quirks.ts';
import { flattenTopLevel } from './flatten-schema.ts';

/** Keywords a level's targets refuse or choke on, wherever they stand. */
const DROPPED: Record<SchemaLevel, ReadonlySet<string>> = {
  none: new Set(),
  openai: new Set(['$schema', '$id', '$comment']),
  gemini: new Set([
    '$schema',
    '$id',
    '$comment',
    '$defs',
    'definitions',
    'additionalProperties',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'propertyNames',
    'patternProperties',
    'unevaluatedProperties',
    'uniqueItems',
    'not',
    'if',
    'then',
    'else',
    'examples',
    'default',
  ]),
  grammar: new Set([
    '$schema',
    '$id',
    '$comment',
    '$defs',
    'definitions',
    'format',
    'pattern',
    'minLength',
    'maxLength',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
    'propertyNames',
    'patternProperties',
    'unevaluatedProperties',
    'not',
    'if',
    'then',
    'else',
    'default',
  ]),
};

const GEMINI_FORMATS = new Set(['enum', 'date-time', 'int32', 'int64', 'float', 'double']);

/** Keywords whose value is a map from names to schemas: the names are not keywords. */
const SCHEMA_MAPS = new Set(['properties', '$defs', 'definitions', 'patternProperties']);

/** Deeper than this a reference is taken for a recursion. */
const REFERENCE_DEPTH = 8;

/** A tool's parameters as the target takes them: an object at the top, and without what its level forbids. */
export function sanitiseSchema(schema: JsonObject, level: SchemaLevel): JsonObject {
  const top = level === 'none' ? schema : flattenTopLevel(schema);
  const whole = { type: 'object', ...top, properties: asObject(top['properties']) ?? {} };
  if (top['type'] !== 'object') whole.type = 'object';
  if (level === 'none') return whole;
  return cleanSchema(whole, { level, root: schema, depth: 0 });
}

interface Scope {
  readonly level: SchemaLevel;
  /** Where references point into. */
  readonly root: JsonObject;
  readonly depth: number;
}

function cleanSchema(schema: JsonObject, scope: Scope): JsonObject {
  const resolved = resolveReference(schema, scope);
  if (resolved === undefined) return { type: 'object', properties: {} };
  const inner = resolved === schema ? scope : { ...scope, depth: scope.depth + 1 };
  const cleaned: JsonObject = {};
  for (const [keyword, value] of Object.entries(resolved)) {
    if (value === undefined || isDropped(keyword, value, scope.level)) continue;
    assignKeyword(cleaned, keyword, cleanKeyword(keyword, value, inner), scope.level);
  }
  return cleaned;
}

function isDropped(keyword: string, value: JsonValue, level: SchemaLevel): boolean {
  if (DROPPED[level].has(keyword)) return true;
  if (keyword === 'additionalProperties') return level === 'grammar' && typeof value !== 'boolean';
  return (
    keyword === 'format' && level === 'gemini' && (typeof value !== 'string' || !GEMINI_FORMATS.has(value))
  );
}

function assignKeyword(target: JsonObject, keyword: string, value: JsonValue, level: SchemaLevel): void {
  const rewrites = level === 'gemini' || level === 'grammar';
  if (rewrites && keyword === 'const') target['enum'] = [value];
  else if (level === 'gemini' && keyword === 'oneOf') target['anyOf'] = value;
  else if (level === 'gemini' && keyword === 'type' && Array.isArray(value)) assignTypes(target, value);
  else target[keyword] = value;
}

/** Gemini has one type per schema, and a flag for null. */
function assignTypes(target: JsonObject, types: readonly JsonValue[]): void {
  const real = types.filter((type) => typeof type === 'string' && type !== 'null');
  target['type'] = real[0] ?? 'string';
  if (types.includes('null')) target['nullable'] = true;
}

function cleanKeyword(keyword: string, value: JsonValue, scope: Scope): JsonValue {
  if (keyword === 'enum' || keyword === 'const' || keyword === 'required' || keyword === 'default')
    return value;
  const object = asObject(value);
  if (object !== undefined)
    return SCHEMA_MAPS.has(keyword) ? cleanMap(object, scope) : cleanSchema(object, scope);
  if (!Array.isArray(value)) return value;
  return asList(value).map((item) => {
    const schema = asObject(item);
    return schema === undefined ? item : cleanSchema(schema, scope);
  });
}

function cleanMap(map: JsonObject, scope: Scope): JsonObject {
  const cleaned: JsonObject = {};
  for (const [name, value] of Object.entries(map)) {
    const schema = asObject(value);
    cleaned[name] = schema === undefined ? value : cleanSchema(schema, scope);
  }
  return cleaned;
}

/** Only the levels without references resolve them. @returns `undefined` for a recursion */
function resolveReference(schema: JsonObject, scope: Scope): JsonObject | undefined {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || scope.level === 'openai' || scope.level === 'none') return schema;
  if (scope.depth >= REFERENCE_DEPTH || !reference.startsWith('#/')) return undefined;
  let value: JsonValue | undefined = scope.root;
  for (const step of reference.slice(2).split('/')) value = asObject(value)?.[step];
  const { $ref: _reference, ...rest } = schema;
  const target = asObject(value);
  return target === undefined ? undefined : { ...target, ...rest };
}

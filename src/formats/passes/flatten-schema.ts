import { asList, asObject, asString, type JsonObject } from '../../domain/json-value.ts';

const UNIONS = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * Lifts unions at the top of a tool's schema into one object, since no provider takes them there. Properties are
 * united; required stay those that every branch requires (`allOf`: any branch).
 */
export function flattenTopLevel(schema: JsonObject): JsonObject {
  if (!UNIONS.some((keyword) => Array.isArray(schema[keyword]))) return schema;
  const { anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema;
  const properties: JsonObject = { ...asObject(schema['properties']) };
  const required = new Set(namesIn(schema['required']));
  for (const keyword of UNIONS) {
    const branches = asList(schema[keyword])
      .map(asObject)
      .filter((branch) => branch !== undefined);
    for (const branch of branches) addMissing(properties, asObject(branch['properties']));
    for (const name of requiredBy(branches, keyword)) required.add(name);
  }
  const flat: JsonObject = { ...rest, type: 'object', properties };
  if (required.size > 0) flat['required'] = [...required];
  return flat;
}

function addMissing(properties: JsonObject, more: JsonObject | undefined): void {
  for (const [name, value] of Object.entries(more ?? {}))
    if (!Object.hasOwn(properties, name)) properties[name] = value;
}

function requiredBy(branches: readonly JsonObject[], keyword: (typeof UNIONS)[number]): readonly string[] {
  const lists = branches.map((branch) => namesIn(branch['required']));
  if (keyword === 'allOf') return lists.flat();
  const [first = [], ...others] = lists;
  return first.filter((name) => others.every((list) => list.includes(name)));
}

function namesIn(value: JsonObject[string]): string[] {
  return asList(value).flatMap((name) => asString(name) ?? []);
}

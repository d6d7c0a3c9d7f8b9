/** Plain values by path: what an edit must come to, said without any syntax. */
import { isDeepStrictEqual } from 'node:util';
import { asObject, type JsonObject, type JsonValue } from '../../domain/json-value.ts';
import type { KeyPath } from './syntax.ts';

/** The value at a path; own keys only. */
export function valueAt(root: JsonValue, path: KeyPath): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const key of path) {
    const object = asObject(value);
    if (object === undefined || !Object.hasOwn(object, key)) return undefined;
    value = object[key];
  }
  return value;
}

/** How many leading names of a path lead to something that is there. */
export function depthOf(root: JsonValue, path: KeyPath): number {
  const missing = path.findIndex((_, index) => valueAt(root, path.slice(0, index + 1)) === undefined);
  return missing === -1 ? path.length : missing;
}

/** A copy with the value in its place. An empty value on the way becomes an object. */
export function withValue(root: JsonObject, [key, ...rest]: KeyPath, value: JsonValue): JsonObject {
  if (key === undefined) return root;
  const inner = Object.hasOwn(root, key) ? asObject(root[key]) : undefined;
  return { ...root, [key]: rest.length === 0 ? value : withValue(inner ?? {}, rest, value) };
}

/** A copy without the key. */
export function withoutValue(root: JsonObject, [key, ...rest]: KeyPath): JsonObject {
  if (key === undefined || !Object.hasOwn(root, key)) return root;
  if (rest.length === 0) return Object.fromEntries(Object.entries(root).filter(([name]) => name !== key));
  const inner = asObject(root[key]);
  return inner === undefined ? root : { ...root, [key]: withoutValue(inner, rest) };
}

export function sameValue(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

/** Parsers give objects with and without a prototype, and dates: what counts is what JSON says of them. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value, bigintAsText));
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

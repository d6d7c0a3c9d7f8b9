/** A configuration as it is written, before it is checked: what YAML, TOML and JSON have in common. */
export type RawValue = string | number | boolean | null | readonly RawValue[] | RawObject;

export interface RawObject {
  readonly [key: string]: RawValue;
}

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own key; keys such as `constructor` are nothing special. */
export function ownValue(object: RawObject, key: string): RawValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value at a path of keys, or `undefined` where the path leaves the tree. */
export function valueAt(root: RawValue, keys: readonly string[]): RawValue | undefined {
  let value: RawValue | undefined = root;
  for (const key of keys) {
    if (!isRawObject(value)) return undefined;
    value = ownValue(value, key);
  }
  return value;
}

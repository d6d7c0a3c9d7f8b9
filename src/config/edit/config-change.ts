import type { KeyPath } from '../layers/key-path.ts';
import { isRawObject, ownValue, type RawObject, type RawValue } from '../layers/raw-value.ts';

/** One edit of a configuration. `insert` puts an item in front of the one with this index, or at the end. */
export type ConfigChange =
  | { readonly kind: 'set'; readonly path: KeyPath; readonly value: RawValue }
  | { readonly kind: 'remove'; readonly path: KeyPath }
  | { readonly kind: 'insert'; readonly path: KeyPath; readonly value: RawValue };

/** The values after a change. Mappings that are missing on the way are made; what is not there is removed already. */
export function changeValues(values: RawObject, change: ConfigChange): RawObject {
  const changed = changeAt(values, change.path, change);
  return isRawObject(changed) ? changed : {};
}

function changeAt(value: RawValue | undefined, path: KeyPath, change: ConfigChange): RawValue {
  const [step, ...rest] = path;
  if (step === undefined) return change.kind === 'remove' ? {} : change.value;
  if (typeof step === 'number') return changeItem(Array.isArray(value) ? value : [], { step, rest, change });
  const object = isRawObject(value) ? value : {};
  const below = ownValue(object, step);
  if (change.kind === 'remove' && below === undefined) return value ?? {};
  if (change.kind === 'remove' && rest.length === 0) return without(object, step);
  // A computed key would call the setter of __proto__; an entry is an own property whatever its name.
  const changed = [step, changeAt(below, rest, change)] as const;
  const entries = Object.entries(object);
  if (below === undefined) return Object.fromEntries([...entries, changed]);
  return Object.fromEntries(entries.map((entry) => (entry[0] === step ? changed : entry)));
}

interface ItemStep {
  readonly step: number;
  readonly rest: KeyPath;
  readonly change: ConfigChange;
}

function changeItem(items: readonly RawValue[], { step, rest, change }: ItemStep): readonly RawValue[] {
  const isThere = step < items.length;
  if (rest.length > 0) return isThere ? items.with(step, changeAt(items[step], rest, change)) : items;
  if (change.kind === 'remove') return items.toSpliced(step, 1);
  if (change.kind === 'insert' || !isThere) return items.toSpliced(step, 0, change.value);
  return items.with(step, change.value);
}

function without(object: RawObject, key: string): RawObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** Changes of the list of helper services, as the fewest edits of the file. Pure. */
import { isRawObject, ownValue, type RawObject, type RawValue } from '../layers/raw-value.ts';
import type { ConfigChange } from './config-change.ts';

/** The entries as they are written; what is no entry is left out of sight, not out of the file. */
export function chainEntries(values: RawObject): readonly RawObject[] {
  const chain = ownValue(values, 'chain');
  const entries = isRawObject(chain) ? ownValue(chain, 'entries') : undefined;
  return isList(entries) ? entries.filter(isRawObject) : [];
}

/** @returns the index of an entry, -1 when there is none */
export function indexOfEntry(entries: readonly RawObject[], id: string): number {
  return entries.findIndex((entry) => ownValue(entry, 'id') === id);
}

/** A list that is missing or empty is written anew; one item is put at the end otherwise. */
export function addEntry(entries: readonly RawObject[], entry: RawObject): ConfigChange {
  return entries.length === 0
    ? { kind: 'set', path: ['chain', 'entries'], value: [entry] }
    : { kind: 'insert', path: ['chain', 'entries', entries.length], value: entry };
}

export function removeEntry(index: number): ConfigChange {
  return { kind: 'remove', path: ['chain', 'entries', index] };
}

export function switchEntry(index: number, enabled: boolean): ConfigChange {
  return { kind: 'set', path: ['chain', 'entries', index, 'enabled'], value: enabled };
}

/**
 * Moves an entry. A list whose entries are placed by `order` is written in that order first, without it: two ways of
 * saying where an entry stands would only contradict each other.
 * @param to its new place in the order of requests
 */
export function moveEntry(
  entries: readonly RawObject[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly ConfigChange[] {
  const moved = entries[from];
  if (moved === undefined) return [];
  if (!entries.some((entry) => Object.hasOwn(entry, 'order')))
    return from === to
      ? []
      : [removeEntry(from), { kind: 'insert', path: ['chain', 'entries', to], value: moved }];
  const placed = inOrder(entries);
  const at = placed.indexOf(moved);
  if (at === to) return [];
  const rest = placed.toSpliced(at, 1).toSpliced(to, 0, moved);
  return [{ kind: 'set', path: ['chain', 'entries'], value: rest.map(withoutOrder) }];
}

/** As requests pass them. */
export function inOrder(entries: readonly RawObject[]): readonly RawObject[] {
  const places = new Map(entries.map((entry, index) => [entry, orderOf(entry) ?? index]));
  return entries.toSorted((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
}

function orderOf(entry: RawObject): number | undefined {
  const order = ownValue(entry, 'order');
  return typeof order === 'number' ? order : undefined;
}

function withoutOrder(entry: RawObject): RawObject {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => key !== 'order'));
}

function isList(value: RawValue | undefined): value is readonly RawValue[] {
  return Array.isArray(value);
}

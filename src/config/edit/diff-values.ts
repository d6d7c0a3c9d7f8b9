import type { KeyPath } from '../layers/key-path.ts';
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import type { ConfigChange } from './config-change.ts';

/** The fewest changes that make one tree of values into another, so that what stays keeps its comments. */
export function diffValues(before: RawObject, after: RawObject, at: KeyPath = []): readonly ConfigChange[] {
  const removed = Object.keys(before)
    .filter((key) => !Object.hasOwn(after, key))
    .map((key): ConfigChange => ({ kind: 'remove', path: [...at, key] }));
  const changed = Object.entries(after).flatMap(([key, value]) =>
    diffValue(Object.hasOwn(before, key) ? before[key] : undefined, value, [...at, key]),
  );
  return [...removed, ...changed];
}

function diffValue(before: RawValue | undefined, after: RawValue, path: KeyPath): readonly ConfigChange[] {
  if (isSame(before, after)) return [];
  if (isRawObject(before) && isRawObject(after) && Object.keys(after).length > 0)
    return diffValues(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && before.length > 0)
    return diffItems(before, after, path);
  return [{ kind: 'set', path, value: after }];
}

/** Items are matched from both ends; of what is left in the middle, as many as there are on both sides. */
function diffItems(
  before: readonly RawValue[],
  after: readonly RawValue[],
  path: KeyPath,
): readonly ConfigChange[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isSame(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const old = before.slice(start, before.length - end);
  const next = after.slice(start, after.length - end);
  const both = Math.min(old.length, next.length);
  const changed = next
    .slice(0, both)
    .flatMap((item, index) => diffValue(old[index], item, [...path, start + index]));
  // From the back, so that the indexes in front of them hold.
  const removed = old
    .slice(both)
    .map((_, index): ConfigChange => ({ kind: 'remove', path: [...path, start + both + index] }))
    .toReversed();
  const inserted = next
    .slice(both)
    .map((value, index): ConfigChange => ({ kind: 'insert', path: [...path, start + both + index], value }));
  return [...changed, ...removed, ...inserted];
}

function isSame(one: RawValue | undefined, other: RawValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

import type { KeyPath } from './key-path.ts';
import type { Source } from '../problems/problem.ts';
import { isRawObject, ownValue, type RawObject, type RawValue } from './raw-value.ts';

/** One origin of settings: a part of the configuration tree, and where each value in it was written. */
export interface ConfigLayer {
  readonly values: RawObject;
  /** Where the value at a path was written; the nearest thing known when the path itself is not there. */
  locate(path: KeyPath): Source;
}

/** One setting from outside a file. */
export interface Assignment {
  /** Mapping keys only: a list is assigned as a whole. */
  readonly path: readonly string[];
  readonly value: RawValue;
  readonly source: Source;
}

/** Builds a layer from single settings; a later one wins over an earlier one at the same path. */
export function layerOfAssignments(assignments: readonly Assignment[]): ConfigLayer {
  let values: RawObject = {};
  for (const { path, value } of assignments) values = assign(values, path, value);
  const latestFirst = assignments.toReversed();
  return {
    values,
    locate(path) {
      const related = latestFirst.find(
        (assignment) => isPrefix(assignment.path, path) || isPrefix(path, assignment.path),
      );
      return related?.source ?? { kind: 'default', detail: 'defaults' };
    },
  };
}

function assign(object: RawObject, path: readonly string[], value: RawValue): RawObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const below = ownValue(object, key);
  const assigned = rest.length === 0 ? value : assign(isRawObject(below) ? below : {}, rest, value);
  return { ...object, [key]: assigned };
}

function isPrefix(prefix: KeyPath, path: KeyPath): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
}

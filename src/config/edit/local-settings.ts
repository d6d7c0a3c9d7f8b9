import type { KeyPath } from '../layers/key-path.ts';
import type { RawObject, RawValue } from '../layers/raw-value.ts';
import { schemaAt, type JsonSchema } from '../schema/json-schema.ts';
import { changeValues, type ConfigChange } from './config-change.ts';
import { diffValues } from './diff-values.ts';

/**
 * The settings that changes would touch although only whoever may write the file may: commands, scripts, paths,
 * addresses and keys, as the schema marks them; and new references to files, through which a caller could have any
 * file of this machine sent to a place of his choice. Entries of a list or of a mapping with free names may be
 * removed with whatever stands in them.
 */
export function localSettingsIn(
  schema: JsonSchema,
  before: RawObject,
  changes: readonly ConfigChange[],
): readonly KeyPath[] {
  const after = changes.reduce(changeValues, before);
  return diffValues(before, after).flatMap((change) => localIn(schema, before, change));
}

function localIn(schema: JsonSchema, before: RawObject, change: ConfigChange): readonly KeyPath[] {
  const { path } = change;
  if (path.some((_, depth) => isLocal(schema, path.slice(0, depth + 1)))) return [path];
  if (change.kind === 'remove')
    return isFreeEntry(schema, path) ? [] : localLeaves(schema, path, at(before, path));
  const replaced = change.kind === 'set' ? at(before, path) : undefined;
  const gone = replaced === undefined ? [] : localLeaves(schema, path, replaced);
  return [...gone, ...localLeaves(schema, path, change.value), ...fileReferences(path, change.value)];
}

function isLocal(schema: JsonSchema, path: KeyPath): boolean {
  return schemaAt(schema, path).some(({ localOnly }) => localOnly === true);
}

/** An item, or an entry whose name the user chose; the keys of a fixed section are none. */
function isFreeEntry(schema: JsonSchema, path: KeyPath): boolean {
  const last = path.at(-1);
  if (typeof last !== 'string') return true;
  return !schemaAt(schema, path.slice(0, -1)).some(({ properties }) => Object.hasOwn(properties ?? {}, last));
}

function localLeaves(schema: JsonSchema, path: KeyPath, value: RawValue | undefined): readonly KeyPath[] {
  if (isLocal(schema, path)) return [path];
  return children(path, value).flatMap(([below, child]) => localLeaves(schema, below, child));
}

function fileReferences(path: KeyPath, value: RawValue): readonly KeyPath[] {
  if (typeof value === 'string') return value.startsWith('file:') ? [path] : [];
  return children(path, value).flatMap(([below, child]) => fileReferences(below, child));
}

function children(path: KeyPath, value: RawValue | undefined): readonly (readonly [KeyPath, RawValue])[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.map((item: RawValue, index) => [[...path, index], item]);
  // What is neither text, number nor list is a mapping.
  return Object.entries(value as RawObject).map(([key, child]) => [[...path, key], child]);
}

function at(root: RawValue, path: KeyPath): RawValue | undefined {
  let value: RawValue | undefined = root;
  for (const step of path) value = children([], value).find(([[key]]) => key === step)?.[1];
  return value;
}

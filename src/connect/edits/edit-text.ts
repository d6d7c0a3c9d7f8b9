/** Applies edits to a text, and takes them back. What comes out is read again and compared with what was meant. */
import { asObject, type JsonObject, type JsonValue } from '../../domain/json-value.ts';
import { depthOf, sameValue, valueAt, withoutValue, withValue } from './plain-value.ts';
import { BrokenText, type KeyPath, type Syntax } from './syntax.ts';

/** One key that is to point at the gateway. */
export interface KeyEdit {
  readonly path: KeyPath;
  readonly value: JsonValue;
  /** `add` leaves a value that is already there alone. `set` when absent. */
  readonly when?: 'set' | 'add';
}

/** What became of an edit: enough to take it back. */
export interface KeyChange {
  readonly path: KeyPath;
  /** Source text of what stood there; `null` when nothing did. */
  readonly before: string | null;
  readonly after: JsonValue;
  /** How many leading names of the path were there before. */
  readonly present: number;
}

export interface EditedText {
  readonly text: string;
  readonly changes: readonly KeyChange[];
}

/** @throws BrokenText when the text cannot be read, or the edit cannot be made without harm */
export function editText(syntax: Syntax, original: string, edits: readonly KeyEdit[]): EditedText {
  let text = original;
  let meant: JsonObject = syntax.parse(original);
  const changes: KeyChange[] = [];
  for (const { path, value, when } of edits) {
    const current = valueAt(meant, path);
    if (current !== undefined && (when === 'add' || sameValue(current, value))) continue;
    const present = depthOf(meant, path);
    const before = current === undefined ? null : sourceAt(syntax, text, path);
    text = syntax.set(text, path, { kind: 'value', value });
    meant = withValue(meant, path, value);
    changes.push({ path, before, after: value, present });
  }
  return { text: proven(syntax, text, meant), changes };
}

function sourceAt(syntax: Syntax, text: string, path: KeyPath): string {
  const source = syntax.source(text, path);
  if (source === undefined)
    throw new BrokenText(`${path.join('.')} is written in a way that cannot be edited`);
  return source;
}

export interface RevertedText {
  readonly text: string;
  /** Keys that no longer hold what was written, so that they were left alone. */
  readonly kept: readonly KeyPath[];
}

/** Takes back the changes that still stand, latest first; whatever somebody changed since stays as it is. */
export function revertText(syntax: Syntax, current: string, changes: readonly KeyChange[]): RevertedText {
  let text = current;
  let meant: JsonObject = syntax.parse(current);
  const kept: KeyPath[] = [];
  for (const change of changes.toReversed()) {
    const value = valueAt(meant, change.path);
    if (value === undefined) continue;
    if (!sameValue(value, change.after)) {
      kept.push(change.path);
      continue;
    }
    ({ text, meant } = revertOne(syntax, { text, meant }, change));
  }
  return { text: proven(syntax, text, meant), kept };
}

interface Reverting {
  readonly text: string;
  readonly meant: JsonObject;
}

function revertOne(
  syntax: Syntax,
  { text, meant }: Reverting,
  { path, before, present }: KeyChange,
): Reverting {
  if (before !== null) {
    const restored = syntax.set(text, path, { kind: 'source', text: before });
    const value = valueAt(syntax.parse(restored), path);
    return { text: restored, meant: value === undefined ? meant : withValue(meant, path, value) };
  }
  let reverting: Reverting = { text: syntax.remove(text, path), meant: withoutValue(meant, path) };
  // What was made on the way goes too, once nothing else is in it.
  for (let depth = path.length - 1; depth > present; depth -= 1) {
    const above = path.slice(0, depth);
    const left = valueAt(reverting.meant, above);
    if (left === undefined || Object.keys(asObject(left) ?? { kept: true }).length > 0) break;
    reverting = { text: syntax.remove(reverting.text, above), meant: withoutValue(reverting.meant, above) };
  }
  return reverting;
}

/** A text that reads as something else than was meant is never written. */
function proven(syntax: Syntax, text: string, meant: JsonObject): string {
  if (sameValue(pruned(syntax.parse(text)), pruned(meant))) return text;
  throw new BrokenText('it is written in a way that cannot be edited without changing something else');
}

/** A section with nothing in it is the same as none: TOML and YAML have no other way to write it. */
function pruned(value: JsonValue): JsonValue {
  const object = asObject(value);
  if (object === undefined) return value;
  const entries = Object.entries(object).flatMap(([key, inner]): [string, JsonValue][] => {
    const small = pruned(inner ?? null);
    const isEmpty = small === null || (asObject(small) !== undefined && Object.keys(small).length === 0);
    return isEmpty ? [] : [[key, small]];
  });
  return Object.fromEntries(entries);
}

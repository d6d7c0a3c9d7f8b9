/**
 * Changes members of a JSON object where they stand, as edits of byte ranges: everything else keeps its bytes. The
 * meaning is that of JSON Merge Patch (RFC 7386): `null` takes a member out, an object is merged into the object that
 * is there, everything else replaces what was there, and what was not there is added at the end.
 */
import { JsonChildEdits } from './json-child-edits.ts';
import { JsonCursor } from './json-cursor.ts';
import type { Edit } from './splice.ts';

type PatchValue = null | boolean | number | string | readonly PatchValue[] | JsonPatch;

export interface JsonPatch {
  readonly [name: string]: PatchValue | undefined;
}

/**
 * The edits that apply a patch to the text of an object. A member that stands there twice is changed twice.
 * @param keep `existing`: members that are there stay as they are, and only missing ones are added
 * @throws JsonSyntaxError when the text is not one JSON object
 */
export function mergeEdits(text: Buffer, patch: JsonPatch, keep: 'nothing' | 'existing' = 'nothing'): Edit[] {
  const edits: Edit[] = [];
  const cursor = new JsonCursor(text);
  mergeObject(cursor, patch, { edits, keep });
  cursor.expectEnd();
  return edits;
}

interface Merge {
  readonly edits: Edit[];
  readonly keep: 'nothing' | 'existing';
}

function mergeObject(cursor: JsonCursor, patch: JsonPatch, merge: Merge): void {
  const children = new JsonChildEdits(merge.edits);
  const met = new Set<string>();
  let kept = 0;
  cursor.enterObject();
  while (cursor.nextMember()) {
    const { keyStart } = cursor;
    const name = cursor.key();
    const wanted = Object.hasOwn(patch, name) ? patch[name] : undefined;
    children.begin(keyStart);
    if (wanted === null && merge.keep === 'nothing') {
      children.remove(cursor.skipValue().end);
      continue;
    }
    kept += 1;
    met.add(name);
    changeValue(cursor, wanted, merge);
    children.keep(cursor.position);
  }
  children.close();
  const added = additions(patch, met);
  const end = cursor.position - 1;
  if (added !== '')
    merge.edits.push({ start: end, end, replacement: Buffer.from(kept > 0 ? `,${added}` : added) });
}

function changeValue(cursor: JsonCursor, wanted: PatchValue | undefined, merge: Merge): void {
  if (wanted === undefined || merge.keep === 'existing') {
    cursor.skipValue();
    return;
  }
  if (isPatch(wanted) && cursor.kind() === 'object') {
    mergeObject(cursor, wanted, merge);
    return;
  }
  const replacement = Buffer.from(JSON.stringify(withoutNulls(wanted)));
  merge.edits.push({ ...cursor.skipValue(), replacement });
}

function additions(patch: JsonPatch, met: ReadonlySet<string>): string {
  const missing = Object.entries(patch).filter(
    ([name, value]) => value !== undefined && value !== null && !met.has(name),
  );
  return missing
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(withoutNulls(value ?? null))}`)
    .join(',');
}

/** What a patch comes to where nothing was before. */
function withoutNulls(value: PatchValue): PatchValue {
  if (!isPatch(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member ?? null)]));
}

function isPatch(value: PatchValue): value is JsonPatch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The edits that give a member another name; where one of that name is there already, the member goes.
 * @throws JsonSyntaxError when the text is not one JSON object
 */
export function renameEdits(text: Buffer, from: string, to: string): Edit[] {
  if (memberSpan(text, to) !== undefined) return mergeEdits(text, { [from]: null });
  const edits: Edit[] = [];
  const cursor = new JsonCursor(text);
  const replacement = Buffer.from(JSON.stringify(to));
  cursor.enterObject();
  while (cursor.nextMember()) {
    const { keyStart, keyEnd } = cursor;
    if (cursor.keyIs(from)) edits.push({ start: keyStart, end: keyEnd, replacement });
    cursor.skipValue();
  }
  return edits;
}

/**
 * The value of a member of an object, parsed; of a repeated one the last.
 * @throws JsonSyntaxError when the text is not one JSON object
 */
export function readMember(text: Buffer, name: string): unknown {
  const span = memberSpan(text, name);
  return span === undefined ? undefined : JSON.parse(text.toString('utf8', span.start, span.end));
}

function memberSpan(
  text: Buffer,
  name: string,
): { readonly start: number; readonly end: number } | undefined {
  const cursor = new JsonCursor(text);
  let span;
  cursor.enterObject();
  while (cursor.nextMember()) {
    const isWanted = cursor.keyIs(name);
    const value = cursor.skipValue();
    if (isWanted) span = value;
  }
  return span;
}

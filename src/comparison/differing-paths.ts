import type { JsonValue } from '../domain/json-value.ts';
import { parseInput } from './canonical-input.ts';

/** More are not shown. */
const MOST_PATHS = 8;

/** Paths are cut here: a key may be as long as a file. */
const LONGEST_PATH = 120;

/** Where the arguments of two calls differ: `file_path`, `edits.0.text`. Empty for what is no JSON. */
export function differingPaths(one: string, other: string): readonly string[] {
  const [a, b] = [parseInput(one), parseInput(other)];
  if (a === undefined || b === undefined) return [];
  const found: string[] = [];
  collect(found, '', a, b);
  return found.map((path) => path.slice(0, LONGEST_PATH));
}

function collect(found: string[], path: string, a: JsonValue, b: JsonValue): void {
  if (found.length >= MOST_PATHS) return;
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(path);
    return;
  }
  const [ofA, ofB] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  for (const key of new Set([...ofA.keys(), ...ofB.keys()])) {
    const inner = path === '' ? key : `${path}.${key}`;
    const [mine, theirs] = [ofA.get(key), ofB.get(key)];
    if (mine !== undefined && theirs !== undefined) collect(found, inner, mine, theirs);
    else if (found.length < MOST_PATHS) found.push(inner);
  }
}

function isBranch(value: JsonValue): value is Exclude<JsonValue, null | boolean | number | string> {
  return typeof value === 'object' && value !== null;
}

import type { JsonValue } from '../domain/json-value.ts';
import type { ToolInput } from '../domain/message-part.ts';

/** Arguments deeper than this are compared as text: nobody means them to be read. */
const DEEPEST = 64;

/**
 * The arguments of a call as text that is equal where they mean the same: keys in order, no blanks between tokens.
 * What is no JSON, and the free text of a custom tool, stays as it is.
 */
export function canonicalInput(input: ToolInput): string {
  if (input.kind === 'text') return input.text;
  const value = parseInput(input.text);
  return value === undefined ? input.text : JSON.stringify(sorted(value, 0));
}

/** `undefined` for what is no JSON; no arguments at all are the empty object. */
export function parseInput(text: string): JsonValue | undefined {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as JsonValue; // JSON.parse gives nothing else.
  } catch {
    return undefined;
  }
}

function sorted(value: JsonValue, depth: number): JsonValue {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1));
  const keys = Object.keys(value).sort();
  // From entries, so that a key such as __proto__ stays a key.
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null, depth + 1)]));
}

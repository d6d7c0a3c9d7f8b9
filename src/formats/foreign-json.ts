import type { Buffer } from 'node:buffer';

/**
 * Reading JSON that others wrote and nobody has checked: every question has an answer, whatever stands there.
 * For places that may not fail, such as meters; a request is checked with a schema instead.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

const EMPTY: JsonObject = Object.freeze({});

/** The value of a JSON text, or `undefined` when it is none (or nested beyond the stack). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of `bytes[start..end)` read as JSON in UTF-8, or `undefined` when it is none. */
export function parseJsonBytes(bytes: Buffer, start: number, end: number): unknown {
  return parseJson(bytes.toString('utf8', start, end));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : EMPTY;
}

/** The array, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text, or `undefined` when it is none or blank. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A count of tokens or calls: a number that is not negative; anything else is unknown. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}

/** The sum of the counts that are known; `undefined` when none is. */
export function sumOf(...values: readonly unknown[]): number | undefined {
  const known = values.map(countOf).filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}

/** The largest of the counts that are known; `undefined` when none is. */
export function largestOf(...values: readonly unknown[]): number | undefined {
  const known = values.map(countOf).filter((count) => count !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

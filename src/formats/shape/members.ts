/** A member as a number, when it is one. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A member as an object, when it is one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // A plain object of parsed JSON: reading its members as unknown assumes nothing more.
  return value as Readonly<Record<string, unknown>>;
}

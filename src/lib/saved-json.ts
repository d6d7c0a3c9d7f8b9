/** What a file of saved state says, for a schema to judge; `undefined` where it was cut off in a write, or is not ours. */
export function savedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No schema takes it.
  }
}

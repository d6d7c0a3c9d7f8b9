/** Where a secret is kept. The configuration holds only such references, never a secret itself. */
export type SecretReference =
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'file'; readonly path: string };

/**
 * Reads `env:NAME` or `file:PATH`.
 * @returns `undefined` for everything else, which must then be taken for a literal secret and not be repeated
 */
export function parseSecretReference(text: string): SecretReference | undefined {
  const variable = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  if (variable !== undefined) return { kind: 'env', variable };
  const path = /^file:(\S(?:.*\S)?)$/.exec(text)?.[1];
  return path === undefined ? undefined : { kind: 'file', path };
}

/** A reference that was followed. */
export type ResolvedReference<Value> =
  | { readonly kind: 'present'; readonly value: Value }
  /** `reason` says what is not there, as the rest of a sentence: `the environment variable X is not set`. */
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * Scheme, host and port of an upstream, as one string: `https://api.anthropic.com`, `http://127.0.0.1:11434`.
 * Credentials are bound to it. Built only from a parsed URL, so that two spellings of one origin are equal.
 */
export type Origin = string & { readonly brand: 'origin' };

export function originOf(url: URL): Origin {
  return url.origin as Origin; // The one place where the brand is given.
}

/** The only origin a Claude subscription's OAuth token may ever reach. */
export const ANTHROPIC_ORIGIN = originOf(new URL('https://api.anthropic.com'));

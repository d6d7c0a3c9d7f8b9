/** A request target split in two; only plain origin-form paths are accepted. */
export interface RequestTarget {
  readonly path: string;
  /** With its question mark, or `''`. */
  readonly query: string;
  /** From a path `/p/NAME/…`, of which `path` is the rest. */
  readonly profile?: string;
}

const LONGEST_TARGET = 8 * 1024;

/**
 * Spellings of a path that two programs may read differently: encoded slashes, backslashes and NUL, dot
 * segments, empty segments, characters that have no business in a path. One such difference between the
 * check and the dispatch is a way around the check.
 */
const AMBIGUOUS = /%2f|%5c|%00|%2e|\\|\/\/|\/\.{1,2}(?:\/|$)|[^\x21-\x7e]|#|;/i;

/** Model names in Gemini paths may hold an encoded slash; no route of ours begins like this. */
const GEMINI_MODELS = '/v1beta/models/';

/** In front of any path of the data plane. */
const PROFILE = /^\/p\/([A-Za-z0-9][A-Za-z0-9_-]{0,63})(?=\/|$)/;

/** @returns `undefined` when the target is not one plain path */
export function parseRequestTarget(target: string): RequestTarget | undefined {
  if (!target.startsWith('/') || target.length > LONGEST_TARGET) return undefined;
  const question = target.indexOf('?');
  const whole = question === -1 ? target : target.slice(0, question);
  const [prefix = '', profile] = PROFILE.exec(whole) ?? [];
  const path = prefix === whole ? '/' : whole.slice(prefix.length);
  const query = question === -1 ? '' : target.slice(question);
  if (query.includes('#')) return undefined;
  const judged = path.startsWith(GEMINI_MODELS) ? path.replaceAll(/%2f/gi, '-') : path;
  return AMBIGUOUS.test(judged) ? undefined : { path, query, ...(profile === undefined ? {} : { profile }) };
}

/**
 * Takes secrets out of text that is to be kept: those that are known, and what looks like a key whoever it belongs
 * to. What is replaced is counted, because a text from which nothing had to be taken is still the original.
 */
import { Buffer } from 'node:buffer';
import type { Span } from './splice.ts';

/** What stands in place of a secret. It needs no escape in JSON, in a URL or in a header. */
export const REDACTED = '[redacted]';

/** A shorter value is no secret but a word (local servers take "ollama" as a key), and would riddle every text. */
const SHORTEST_SECRET = 8;

/**
 * Keys that give themselves away by their beginning. Each beginning is a literal, so that a text without one is
 * read at the speed of a search.
 */
const KEY_PATTERNS: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/g, // Anthropic, OpenAI, OpenRouter and most that copy them.
  /\bsy-[A-Za-z0-9_-]{16,}/g, // Client keys of this gateway.
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\bgh[opsur]_[A-Za-z0-9]{30,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{30,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /\bgsk_[A-Za-z0-9]{30,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bxai-[A-Za-z0-9]{30,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  // A run without a dot is read once: where it may begin in the middle of one, it has a usual length.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /(?<=-)eyJ[A-Za-z0-9_-]{10,256}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-(?!----END)[^-]*)*/g,
];

/** The scheme is kept: that there was a credential is worth knowing. A long word without a digit is prose. */
const AUTHORIZATION_PATTERN = /\b(Bearer|Basic)(\s+)(?=[A-Za-z._~+/-]*[0-9=])[A-Za-z0-9._~+/=-]{16,}/gi;

export interface Redacted {
  readonly text: string;
  /** How many places were replaced. */
  readonly count: number;
}

/** The spellings in which a secret may stand in text: as it is, inside JSON, inside a URL. */
function spellingsOf(secret: string): string[] {
  const spellings = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return [...spellings];
}

/**
 * Prepares the known secrets, longest first: one may be part of another.
 * @returns a function that redacts text; bytes are best given as latin1, so that the rest stays as it is
 */
export function createRedactor(secrets: Iterable<string>): (text: string) => Redacted {
  const needles = needlesOf(secrets);
  return (text) => redact(text, needles);
}

/**
 * As {@link createRedactor}, for those who replace what is found themselves.
 * @returns a function that tells where secrets stand in latin1 text, in order and apart from each other
 */
export function createSecretFinder(secrets: Iterable<string>): (text: string) => Span[] {
  const needles = needlesOf(secrets);
  return (text) => apart([...needles.flatMap((needle) => placesOf(text, needle)), ...patternPlaces(text)]);
}

function needlesOf(secrets: Iterable<string>): string[] {
  const known = [...new Set([...secrets].filter(({ length }) => length >= SHORTEST_SECRET))];
  return known
    .flatMap(spellingsOf)
    .map((text) => Buffer.from(text).toString('latin1'))
    .sort((one, other) => other.length - one.length);
}

function placesOf(text: string, needle: string): Span[] {
  const places: Span[] = [];
  for (let start = text.indexOf(needle); start !== -1; start = text.indexOf(needle, start + 1))
    places.push({ start, end: start + needle.length });
  return places;
}

function patternPlaces(text: string): Span[] {
  const keys = KEY_PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)]).map(
    ({ index, 0: { length } }) => ({
      start: index,
      end: index + length,
    }),
  );
  const authorizations = [...text.matchAll(AUTHORIZATION_PATTERN)].map(
    ({ index, 0: { length }, 1: scheme = '', 2: gap = '' }) => ({
      start: index + scheme.length + gap.length,
      end: index + length,
    }),
  );
  return [...keys, ...authorizations];
}

/** In order; those that overlap are one. */
function apart(places: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const place of places.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || place.start >= last.end) merged.push(place);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, place.end) };
  }
  return merged;
}

function redact(original: string, needles: readonly string[]): Redacted {
  let count = 0;
  const replaced = (): string => {
    count += 1;
    return REDACTED;
  };
  let text = original;
  for (const needle of needles) if (text.includes(needle)) text = text.replaceAll(needle, replaced);
  for (const pattern of KEY_PATTERNS) text = text.replace(pattern, replaced);
  text = text.replace(AUTHORIZATION_PATTERN, (_, scheme: string, gap: string) => scheme + gap + replaced());
  return { text, count };
}

/** Names of headers whose values are credentials or identify somebody's account. */
const SECRET_HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie)$|api-?key|token|secret|password/i;

/** Whether the value of a header is not to be kept, whatever it looks like. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADER.test(name) && !/^(?:anthropic|x)-ratelimit-/i.test(name);
}

/** Spellings of a path that some program may take for that path: none of them is it. */

type Respell = (path: string, at: number) => string;

const insert =
  (text: string): Respell =>
  (path, at) =>
    path.slice(0, at) + text + path.slice(at);
const replace =
  (spell: (character: string) => string): Respell =>
  (path, at) =>
    at === path.length ? path : path.slice(0, at) + spell(path.charAt(at)) + path.slice(at + 1);

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0');

const AT_EVERY_PLACE: readonly Respell[] = [
  replace((character) => `%${hex(character)}`),
  replace((character) => `%${hex(character).toUpperCase()}`),
  replace((character) => `%25${hex(character)}`),
  replace((character) => `%c0%${(0x80 | (character.charCodeAt(0) & 0x3f)).toString(16)}`),
  replace((character) => `%u00${hex(character)}`),
  replace((character) => String.fromCodePoint(0xff00 + character.charCodeAt(0) - 0x20)),
  replace((character) => (character === character.toUpperCase() ? '' : character.toUpperCase())),
  ...[
    '/',
    '//',
    '/./',
    '/../',
    '/x/../',
    '%2f',
    '%5c',
    '\\',
    ';',
    ';x=1',
    '%3b',
    '%00',
    '%0a',
    '%20',
    '%09',
    '.',
    '..',
    '%2e',
    '%2e%2e',
    '*',
    ':',
    '@',
    '~',
    '\u200b',
    '\u2215',
  ].map(insert),
];

const WHOLE: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `${path}.`,
  (path) => `${path}.json`,
  (path) => `${path}%20`,
  (path) => `${path}%3f`,
  (path) => `${path}%23`,
  (path) => `/${path}`,
  (path) => `/.${path}`,
  (path) => `/x/..${path}`,
  (path) => `/v1${path}`,
  (path) => `/v1/..${path}`,
  (path) => `/v1beta/models/..${path}`,
  (path) => `/v1beta/models/%2f..%2f..%2f..${path}`,
  (path) => `/p/profile${path}`,
  (path) => `/p/profile/..${path}`,
  (path) => `http://127.0.0.1${path}`,
  (path) => `//127.0.0.1${path}`,
  (path) => `/\\${path}`,
  (path) => path.toUpperCase(),
];

/** Up to `wanted` different spellings; deeper ones are made of two respellings. */
export function pathPermutations(path: string, wanted: number): readonly string[] {
  const found = new Set(WHOLE.map((respell) => respell(path)));
  const single = AT_EVERY_PLACE.flatMap((respell) =>
    Array.from({ length: path.length + 1 }, (_, at) => respell(path, at)),
  );
  for (const spelling of single) found.add(spelling);
  for (const respell of AT_EVERY_PLACE.toReversed()) {
    for (const base of single) {
      if (found.size > wanted + 2) break;
      found.add(respell(base, base.length >> 1));
    }
  }
  found.delete(path);
  found.delete('');
  return [...found]
    .filter((spelling) => spelling.startsWith('/') || spelling.startsWith('http'))
    .slice(0, wanted);
}

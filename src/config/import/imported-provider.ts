/** A provider of another program, as an entry of ours. */
import { descriptorByUrl } from '../../providers/known-providers.ts';
import type { RawObject } from '../layers/raw-value.ts';

export interface ForeignProvider {
  readonly name: string;
  readonly baseUrl: string | undefined;
  /** The key, or a reference to a variable, as it stands in the file. */
  readonly key: string | undefined;
}

export interface ImportedProvider {
  readonly name: string;
  readonly entry: RawObject;
  /** What the user has to do, because a key itself is never copied. */
  readonly advice: string | undefined;
}

/** Paths that belong to the request and not to the base URL, and the format that each tells. */
const ENDINGS: readonly (readonly [ending: RegExp, format: string])[] = [
  [/\/chat\/completions\/?$/, 'openai-chat'],
  [/\/v1\/messages\/?$/, 'anthropic-messages'],
  [/\/responses\/?$/, 'openai-responses'],
  [/\/v1beta\/models\/?$/, 'gemini'],
];

export function importProvider({ name, baseUrl, key }: ForeignProvider): ImportedProvider {
  const ourName = providerName(name);
  const { url: plainUrl, isCut } = withoutCredential(baseUrl);
  const ending = ENDINGS.find(([pattern]) => pattern.test(plainUrl ?? ''));
  const base = ending === undefined ? plainUrl : plainUrl?.replace(ending[0], '');
  const known = base === undefined ? undefined : descriptorByUrl(base)?.name;
  const reference = referenceOf(key);
  const variable = reference ?? `${ourName.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`;
  return {
    name: ourName,
    entry: {
      ...(base === undefined ? {} : { base_url: base }),
      ...(known === undefined || known === ourName ? {} : { type: known }),
      ...(base === undefined ? {} : { format: ending?.[1] ?? 'openai-chat' }),
      auth: key === undefined || key === '' ? 'none' : { secret: `env:${variable}` },
    },
    advice: adviceOf({
      name,
      hasKey: key !== undefined && key !== '' && reference === undefined,
      variable,
      isCut,
    }),
  };
}

interface LeftInFile {
  readonly name: string;
  readonly hasKey: boolean;
  readonly variable: string;
  readonly isCut: boolean;
}

function adviceOf({ name, hasKey, variable, isCut }: LeftInFile): string | undefined {
  const all = [
    ...(hasKey ? [`the key of ${name} stays in its file: put it into the variable ${variable}`] : []),
    ...(isCut
      ? [`the URL of ${name} holds a user or a query, which may be a key: it stays in its file`]
      : []),
  ];
  return all.length === 0 ? undefined : all.join('; ');
}

/** The user, the password and the query of a URL are where keys stand, and no base URL of ours has them. */
function withoutCredential(text: string | undefined): {
  readonly url: string | undefined;
  readonly isCut: boolean;
} {
  const url = URL.parse(text ?? '');
  if (url === null || url.username + url.password + url.search + url.hash === '')
    return { url: text, isCut: false };
  return { url: url.origin + url.pathname, isCut: true };
}

/** `$NAME`, `${NAME}` and `os.environ/NAME` say where a key is. */
function referenceOf(key: string | undefined): string | undefined {
  return /^(?:\$\{?|os\.environ\/)([A-Za-z_]\w*)\}?$/.exec(key ?? '')?.[1];
}

/** A name of ours: no slash, no blanks. */
export function providerName(name: string): string {
  const clean = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return clean === '' ? 'provider' : clean;
}

import { randomBytes } from 'node:crypto';

/** What a caller may show to authenticate itself or somebody else, fresh for every request. */
export interface ShownCredential {
  readonly kind: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without a question mark. */
  readonly query: string;
  /** The text that must not turn up where it does not belong. */
  readonly secret: string;
  /** The upstreams that ask for callers' own credentials and may see this one. */
  readonly mayReach: readonly ('anthropic' | 'relay')[];
}

type Make = (secret: string) => Pick<ShownCredential, 'headers'> & { readonly query?: string };

interface Kind {
  readonly prefix: string;
  readonly mayReach: ShownCredential['mayReach'];
  readonly make: Make;
}

const header =
  (name: string, scheme = ''): Make =>
  (secret) => ({ headers: [[name, scheme + secret]] });
const query =
  (name: string): Make =>
  (secret) => ({ headers: [], query: `${name}=${encodeURIComponent(secret)}` });

const ANTHROPIC = ['anthropic'] as const;
const RELAY = ['relay'] as const;
const BOTH = ['anthropic', 'relay'] as const;
const NOWHERE = [] as const;

/** A relay is a third party that its owner configured to get callers' own keys; a Claude login is not among them. */
const KINDS: Readonly<Record<string, Kind>> = {
  'a login': { prefix: 'sk-ant-oat01-', mayReach: ANTHROPIC, make: header('authorization', 'Bearer ') },
  'a login, odd case': {
    prefix: 'sk-ant-oat01-',
    mayReach: ANTHROPIC,
    make: header('AUTHORIZATION', 'bEaReR '),
  },
  'a login in x-api-key': { prefix: 'sk-ant-oat01-', mayReach: ANTHROPIC, make: header('x-api-key') },
  'a login in api-key': { prefix: 'sk-ant-oat01-', mayReach: ANTHROPIC, make: header('api-key') },
  'a login behind another scheme': {
    prefix: 'sk-ant-oat01-',
    mayReach: ANTHROPIC,
    make: header('authorization', 'Token '),
  },
  'a login behind a tab': {
    prefix: 'sk-ant-oat01-',
    mayReach: ANTHROPIC,
    make: header('authorization', 'Bearer\t'),
  },
  'a login in the query': { prefix: 'sk-ant-oat01-', mayReach: ANTHROPIC, make: query('key') },
  'an opaque login': {
    prefix: 'opaque-',
    mayReach: ANTHROPIC,
    make: (secret) => ({
      headers: [
        ['authorization', `Bearer ${secret}`],
        ['anthropic-beta', 'claude-code-20250219,oauth-2025-04-20'],
      ],
    }),
  },
  'an Anthropic key': { prefix: 'sk-ant-api03-', mayReach: BOTH, make: header('x-api-key') },
  'an Anthropic key as bearer': {
    prefix: 'sk-ant-api03-',
    mayReach: BOTH,
    make: header('authorization', 'Bearer '),
  },
  'an unknown key': { prefix: 'k/+', mayReach: BOTH, make: header('X-Api-Key') },
  'an unknown bearer': { prefix: 'b-', mayReach: BOTH, make: header('authorization', 'Bearer ') },
  'user and password': { prefix: 'u:', mayReach: BOTH, make: header('authorization', 'Basic ') },
  'a key in api-key': { prefix: 'az-', mayReach: BOTH, make: header('api-key') },
  'a key in the query': { prefix: 'q-', mayReach: BOTH, make: query('api_key') },
  'a token in the query': { prefix: 't-', mayReach: BOTH, make: query('Access%5FToken') },
  'an OpenRouter key': { prefix: 'sk-or-v1-', mayReach: NOWHERE, make: header('authorization', 'Bearer ') },
  'an OpenAI key': { prefix: 'sk-proj-', mayReach: RELAY, make: header('authorization', 'Bearer ') },
  'a Google key': { prefix: 'AIza', mayReach: RELAY, make: header('x-goog-api-key') },
  'a Google key in the query': { prefix: 'AIza', mayReach: RELAY, make: query('key') },
  'a client key': { prefix: 'sy-', mayReach: NOWHERE, make: header('x-switchyard-key') },
  'a client key in x-api-key': { prefix: 'sy-', mayReach: NOWHERE, make: header('x-api-key') },
  'a client key as bearer': { prefix: 'sy-', mayReach: NOWHERE, make: header('authorization', 'Bearer ') },
  'a client key in the query': { prefix: 'sy-', mayReach: NOWHERE, make: query('key') },
  'a cookie': { prefix: 'c-', mayReach: NOWHERE, make: header('cookie', 'session=') },
  'a password for a proxy': {
    prefix: 'p:',
    mayReach: NOWHERE,
    make: header('proxy-authorization', 'Basic '),
  },
  'a header of the connection': {
    prefix: 'h-',
    mayReach: NOWHERE,
    make: (secret) => ({
      headers: [
        ['connection', 'x-session-ticket'],
        ['x-session-ticket', secret],
        ['connection', 'keep-alive'],
      ],
    }),
  },
  'a label of ours': { prefix: 'l-', mayReach: NOWHERE, make: header('x-switchyard-user') },
};

export const CREDENTIAL_KINDS: readonly string[] = Object.keys(KINDS);

/** A credential of this kind that nobody has ever shown. */
export function showCredential(kind: string): ShownCredential {
  const found = KINDS[kind];
  if (found === undefined) throw new Error(`no credential of the kind "${kind}"`);
  const secret = found.prefix + randomBytes(18).toString('base64url');
  const { headers, query: asked = '' } = found.make(secret);
  return { kind, headers, query: asked, secret, mayReach: found.mayReach };
}

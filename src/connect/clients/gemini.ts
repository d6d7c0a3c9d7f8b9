import { join } from 'node:path';
import { asObject, asText } from '../../domain/json-value.ts';
import {
  chosenTier,
  DUMMY_KEY,
  KEY_HEADER,
  type ClientSetup,
  type ClientValues,
  type GatewayForClient,
} from '../client-setup.ts';

/** The way of signing in that obeys a base URL. */
const SIGN_IN_WITH_KEY = 'gemini-api-key';

/** Gemini CLI. Its base URL is a variable; only with a key, real or not, does it obey it. */
export const gemini: ClientSetup = {
  name: 'gemini',
  title: 'Gemini CLI',
  speaks: 'gemini',
  install: 'npm install -g @google/gemini-cli',
  keyTravels: 'as-header',
  files: ({ home, environment }) => {
    const directory = join(environment['GEMINI_CLI_HOME'] || home, '.gemini');
    return [
      { role: 'variables', places: [join(directory, '.env')], syntax: 'env' },
      { role: 'settings', places: [join(directory, 'settings.json')], syntax: 'json' },
    ];
  },
  edits: (gateway, { variables }) => ({
    variables: [
      { path: ['GOOGLE_GEMINI_BASE_URL'], value: gateway.url },
      { path: ['GEMINI_API_KEY'], value: DUMMY_KEY, when: 'add' },
      ...Object.entries(customHeaders(gateway, asText(variables?.[CUSTOM_HEADERS]))).map(([name, value]) => ({
        path: [name],
        value,
      })),
    ],
    settings: [
      { path: ['security', 'auth', 'selectedType'], value: SIGN_IN_WITH_KEY },
      { path: ['model', 'name'], value: chosenTier(gateway).model },
    ],
  }),
  launch: (gateway, { environment, values }) => ({
    environment: {
      GOOGLE_GEMINI_BASE_URL: gateway.url,
      GEMINI_API_KEY: environment['GEMINI_API_KEY'] ?? DUMMY_KEY,
      ...customHeaders(gateway, environment[CUSTOM_HEADERS]),
    },
    arguments: ['--model', chosenTier(gateway).model],
    // Without a choice in its settings it takes a way of its own for gateways, and then refuses it (0.61.0).
    overlay:
      signIn(values) === SIGN_IN_WITH_KEY
        ? undefined
        : { role: 'settings', variable: 'GEMINI_CLI_HOME', below: join('.gemini', 'settings.json') },
  }),
  pointsAt: ({ variables }) => asText(variables?.['GOOGLE_GEMINI_BASE_URL']),
  bypasses: ['GOOGLE_GEMINI_BASE_URL', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_GCA'],
  stopsWorking: [
    'Signing in with Google is not used, and with it not the free quota of Code Assist; your login stays where it is.',
    'In a project with a .env file of its own the one in ~/.gemini is not read: start it there with switchyard run gemini.',
  ],
  remarks: (values) =>
    [undefined, SIGN_IN_WITH_KEY].includes(signIn(values))
      ? []
      : [`it signs in with ${signIn(values)}, which obeys no base URL: a gateway needs the way with a key.`],
};

const CUSTOM_HEADERS = 'GEMINI_CLI_CUSTOM_HEADERS';

/** Separated by commas; the user's own stay. */
function customHeaders({ key }: GatewayForClient, own: string | undefined): Record<string, string> {
  if (key === undefined) return {};
  const header = `${KEY_HEADER}: ${key.reveal()}`;
  return { [CUSTOM_HEADERS]: own === undefined ? header : `${own}, ${header}` };
}

function signIn({ settings }: ClientValues): string | undefined {
  return asText(asObject(asObject(settings?.['security'])?.['auth'])?.['selectedType']);
}

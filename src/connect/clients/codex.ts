import { join } from 'node:path';
import { asObject, asText } from '../../domain/json-value.ts';
import { chosenTier, KEY_HEADER, type ClientSetup, type GatewayForClient } from '../client-setup.ts';
import type { KeyEdit } from '../edits/edit-text.ts';

/**
 * Codex, through a provider without a key: it speaks Responses only, reads its file at start only, and reserves
 * the names of its own providers.
 */
export const codex: ClientSetup = {
  name: 'codex',
  title: 'Codex',
  speaks: 'openai-responses',
  install: 'npm install -g @openai/codex',
  keyTravels: 'as-header',
  files: ({ home, environment }) => [
    {
      role: 'config',
      places: [join(environment['CODEX_HOME'] || join(home, '.codex'), 'config.toml')],
      syntax: 'toml',
    },
  ],
  edits: (gateway) => ({ config: [...settings(gateway), ...keyInFile(gateway)] }),
  launch: (gateway) => ({
    environment: gateway.key === undefined ? {} : { [KEY_VARIABLE]: gateway.key.reveal() },
    // Its `-c` takes a dotted key and a TOML value; JSON texts and numbers are TOML.
    arguments: [...settings(gateway), ...keyInVariable(gateway)].flatMap(({ path, value }) => [
      '-c',
      `${path.join('.')}=${JSON.stringify(value)}`,
    ]),
  }),
  pointsAt: ({ config }) => {
    const provider = asObject(asObject(config?.['model_providers'])?.['switchyard']);
    return config?.['model_provider'] === 'switchyard' ? asText(provider?.['base_url']) : undefined;
  },
  bypasses: [],
  stopsWorking: [
    'Signing in with ChatGPT is not used, and with it not what belongs to that account: its limits, cloud tasks and usage display.',
    'A profile of yours that names a model_provider goes past the gateway.',
  ],
  remarks: ({ config }) => {
    const profile = asText(config?.['profile']);
    return profile === undefined
      ? []
      : [`the profile ${profile} is active: a model or model_provider in it wins over what connect writes.`];
  },
};

const PROVIDER = ['model_providers', 'switchyard'] as const;

/** A command line can be read by every process, so that there only the name of a variable stands. */
const KEY_VARIABLE = 'SWITCHYARD_CLIENT_KEY';

function keyInVariable({ key }: GatewayForClient): KeyEdit[] {
  return key === undefined
    ? []
    : [{ path: [...PROVIDER, 'env_http_headers', KEY_HEADER], value: KEY_VARIABLE }];
}

function keyInFile({ key }: GatewayForClient): KeyEdit[] {
  return key === undefined ? [] : [{ path: [...PROVIDER, 'http_headers', KEY_HEADER], value: key.reveal() }];
}

function settings(gateway: GatewayForClient): KeyEdit[] {
  const { model, contextWindow } = chosenTier(gateway);
  return [
    { path: ['model_provider'], value: 'switchyard' },
    { path: ['model'], value: model },
    ...(contextWindow === undefined ? [] : [{ path: ['model_context_window'], value: contextWindow }]),
    { path: [...PROVIDER, 'name'], value: 'Switchyard' },
    { path: [...PROVIDER, 'base_url'], value: `${gateway.url}/v1` },
    { path: [...PROVIDER, 'wire_api'], value: 'responses' },
  ];
}

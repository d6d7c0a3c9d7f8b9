import { join } from 'node:path';
import { asObject, asText } from '../../domain/json-value.ts';
import { chosenTier, type ClientSetup, type GatewayForClient } from '../client-setup.ts';
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
  files: ({ home, environment }) => [
    {
      role: 'config',
      places: [join(environment['CODEX_HOME'] || join(home, '.codex'), 'config.toml')],
      syntax: 'toml',
    },
  ],
  edits: (gateway) => ({ config: settings(gateway) }),
  launch: (gateway) => ({
    environment: {},
    // Its `-c` takes a dotted key and a TOML value; JSON texts and numbers are TOML.
    arguments: settings(gateway).flatMap(({ path, value }) => [
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

function settings(gateway: GatewayForClient): KeyEdit[] {
  const { model, contextWindow } = chosenTier(gateway);
  const provider = ['model_providers', 'switchyard'];
  return [
    { path: ['model_provider'], value: 'switchyard' },
    { path: ['model'], value: model },
    ...(contextWindow === undefined ? [] : [{ path: ['model_context_window'], value: contextWindow }]),
    { path: [...provider, 'name'], value: 'Switchyard' },
    { path: [...provider, 'base_url'], value: `${gateway.url}/v1` },
    { path: [...provider, 'wire_api'], value: 'responses' },
  ];
}

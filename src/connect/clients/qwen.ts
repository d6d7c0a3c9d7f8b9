import { join } from 'node:path';
import { asObject, asText, objectsIn } from '../../domain/json-value.ts';
import { TIERS } from '../../domain/tier.ts';
import { apiKeyOf, chosenTier, type ClientSetup, type GatewayForClient } from '../client-setup.ts';

/** A variable of our own, so that the user's OPENAI_API_KEY is neither needed nor sent. */
const KEY_VARIABLE = 'SWITCHYARD_CLIENT_KEY';

/** Qwen Code, through a provider of its own beside the user's. */
export const qwen: ClientSetup = {
  name: 'qwen',
  title: 'Qwen Code',
  speaks: 'openai-chat',
  install: 'npm install -g @qwen-code/qwen-code',
  keyTravels: 'as-api-key',
  files: ({ home, environment }) => [
    {
      role: 'settings',
      places: [join(environment['QWEN_HOME'] || join(home, '.qwen'), 'settings.json')],
      syntax: 'json',
    },
  ],
  edits: (gateway) => ({
    settings: [
      { path: ['modelProviders', 'switchyard'], value: TIERS.map((tier) => modelEntry(gateway, tier)) },
      { path: ['providerProtocol', 'switchyard'], value: 'openai' },
      { path: ['env', KEY_VARIABLE], value: apiKeyOf(gateway) },
      { path: ['security', 'auth', 'selectedType'], value: 'openai' },
      { path: ['model', 'name'], value: chosenTier(gateway).model },
    ],
  }),
  launch: (gateway) => ({
    environment: {
      OPENAI_BASE_URL: `${gateway.url}/v1`,
      OPENAI_API_KEY: apiKeyOf(gateway),
      OPENAI_MODEL: chosenTier(gateway).model,
    },
    arguments: ['--auth-type', 'openai', '--model', chosenTier(gateway).model],
  }),
  pointsAt: ({ settings }) => {
    const [first] = objectsIn(asObject(settings?.['modelProviders'])?.['switchyard']);
    return asText(first?.['baseUrl']);
  },
  bypasses: [],
  stopsWorking: [
    'Signing in with a Qwen account is not used (its free tier ended in April 2026); models of that login stay in /model but do not go through the gateway.',
    'Image generation and live voice need an https endpoint of their own.',
  ],
  remarks: () => [],
};

function modelEntry({ url, tiers }: GatewayForClient, tier: (typeof TIERS)[number]) {
  const { model, contextWindow } = tiers[tier];
  return {
    id: model,
    name: `${tier} by Switchyard`,
    baseUrl: `${url}/v1`,
    envKey: KEY_VARIABLE,
    ...(contextWindow === undefined ? {} : { generationConfig: { contextWindowSize: contextWindow } }),
  };
}

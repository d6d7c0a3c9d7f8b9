import { join } from 'node:path';
import { asList, asObject, asText, type JsonObject } from '../../domain/json-value.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import {
  apiKeyOf,
  chosenTier,
  type ClientSetup,
  type GatewayForClient,
  type SystemFacts,
} from '../client-setup.ts';
import type { KeyEdit } from '../edits/edit-text.ts';
import type { KeyPath } from '../edits/syntax.ts';

/** OpenClaw, through a provider of its own. Its file may be JSON5; what is beyond JSON with comments is refused. */
export const openclaw: ClientSetup = {
  name: 'openclaw',
  title: 'OpenClaw',
  speaks: 'openai-chat',
  install: 'npm install -g openclaw',
  keyTravels: 'as-api-key',
  files: (system) => [{ role: 'config', places: [configPath(system)], syntax: 'json' }],
  edits: (gateway, { config }) => {
    const provider: JsonObject = {
      baseUrl: `${gateway.url}/v1`,
      apiKey: apiKeyOf(gateway),
      api: 'openai-completions',
      models: TIERS.map((tier) => modelEntry(gateway, tier)),
    };
    return {
      config: [
        { path: ['models', 'providers', 'switchyard'], value: provider },
        { path: modelPath(config), value: `switchyard/${chosenTier(gateway).model}` },
        ...allowances(gateway, config),
      ],
    };
  },
  launch: () => ({
    environment: {},
    arguments: [],
    overlay: { role: 'config', variable: 'OPENCLAW_CONFIG_PATH' },
  }),
  pointsAt: ({ config }) => {
    const providers = asObject(asObject(config?.['models'])?.['providers']);
    return asText(asObject(providers?.['switchyard'])?.['baseUrl']);
  },
  bypasses: [],
  stopsWorking: [
    'Sessions that chose a model of their own keep it, and go past the gateway.',
    'OpenClaw rewrites its file when it changes settings; comments are lost then, by its hand and not by ours.',
  ],
  remarks: ({ config }) => {
    const fallbacks = asList(asObject(defaultsOf(config)?.['model'])?.['fallbacks']);
    return fallbacks.length === 0
      ? []
      : ['agents.defaults.model.fallbacks are set: they lead past the gateway when it fails once.'];
  },
};

function defaultsOf(config: JsonObject | undefined): JsonObject | undefined {
  return asObject(asObject(config?.['agents'])?.['defaults']);
}

/** The model of all agents is a text, or an object with fallbacks beside it. */
function modelPath(config: JsonObject | undefined): KeyPath {
  const model = defaultsOf(config)?.['model'];
  return ['agents', 'defaults', 'model', ...(typeof model === 'string' ? [] : ['primary'])];
}

/** Where models are listed, only listed ones may be used. */
function allowances(gateway: GatewayForClient, config: JsonObject | undefined): KeyEdit[] {
  if (asObject(defaultsOf(config)?.['models']) === undefined) return [];
  return TIERS.map((tier) => ({
    path: ['agents', 'defaults', 'models', `switchyard/${gateway.tiers[tier].model}`],
    value: { alias: `switchyard-${tier}` },
    when: 'add',
  }));
}

function modelEntry({ tiers }: GatewayForClient, tier: Tier): JsonObject {
  const { model, contextWindow } = tiers[tier];
  const window: JsonObject = contextWindow === undefined ? {} : { contextWindow };
  return { id: model, name: `${tier} by Switchyard`, input: ['text', 'image'], ...window };
}

function configPath({ home, environment }: SystemFacts): string {
  const state = environment['OPENCLAW_STATE_DIR'] || join(home, '.openclaw');
  return environment['OPENCLAW_CONFIG_PATH'] || join(state, 'openclaw.json');
}

import { join } from 'node:path';
import { asObject, asText, type JsonObject } from '../../domain/json-value.ts';
import { TIERS } from '../../domain/tier.ts';
import {
  chosenTier,
  DUMMY_KEY,
  KEY_HEADER,
  type ClientFile,
  type ClientSetup,
  type GatewayForClient,
  type SystemFacts,
} from '../client-setup.ts';
import type { KeyEdit } from '../edits/edit-text.ts';
import { editText } from '../edits/edit-text.ts';
import { jsonSyntax } from '../edits/json-syntax.ts';

/** opencode, through a provider of its own. Its titles go to the haiku tier, as a small model's work. */
export const opencode: ClientSetup = {
  name: 'opencode',
  title: 'opencode',
  speaks: 'openai-chat',
  install: 'npm install -g opencode-ai',
  keyTravels: 'as-header',
  files: (system) => [configFile(system)],
  edits: (gateway) => ({ config: edits(gateway) }),
  launch: (gateway, { environment }) => ({
    environment: {
      OPENCODE_CONFIG_CONTENT: editText(
        jsonSyntax,
        environment['OPENCODE_CONFIG_CONTENT'] ?? '{}',
        edits(gateway),
      ).text,
    },
    arguments: [],
  }),
  pointsAt: ({ config }) => {
    const provider = asObject(asObject(config?.['provider'])?.['switchyard']);
    return asText(asObject(provider?.['options'])?.['baseURL']);
  },
  bypasses: ['OPENCODE_CONFIG_CONTENT'],
  stopsWorking: [
    'Models of other providers (openrouter/…, anthropic/…) stay in the model menu and go past the gateway: choose one of switchyard/….',
    'The free models of opencode Zen are for opencode’s own provider and are not offered through the gateway.',
  ],
  remarks: ({ config }) => {
    const foreign = ['model', 'small_model'].filter((key) => {
      const model = asText(config?.[key]);
      return model !== undefined && !model.startsWith('switchyard/');
    });
    const agents = Object.entries(asObject(config?.['agent']) ?? {}).filter(([, agent]) => {
      const model = asText(asObject(agent)?.['model']);
      return model !== undefined && !model.startsWith('switchyard/');
    });
    return [
      ...foreign.map((key) => `${key} is ${asText(config?.[key])}: what uses it goes past the gateway.`),
      ...agents.map(([name]) => `the agent ${name} has a model of its own and goes past the gateway.`),
    ];
  },
};

function configFile({ home, environment }: SystemFacts): ClientFile {
  const directory = join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'opencode');
  const named = environment['OPENCODE_CONFIG'];
  // Of several the client merges all; the one with comments has the last word.
  const usual = ['opencode.jsonc', 'config.json', 'opencode.json'].map((name) => join(directory, name));
  return { role: 'config', places: named ? [named] : usual, syntax: 'json' };
}

function edits(gateway: GatewayForClient): KeyEdit[] {
  const models: JsonObject = {};
  for (const tier of TIERS) {
    const { model, contextWindow } = gateway.tiers[tier];
    models[model] = {
      name: `${tier} by Switchyard`,
      tool_call: true,
      attachment: true,
      ...(contextWindow === undefined
        ? {}
        : { limit: { context: contextWindow, output: Math.min(32_000, Math.floor(contextWindow / 4)) } }),
    };
  }
  const provider: JsonObject = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Switchyard',
    options: {
      baseURL: `${gateway.url}/v1`,
      apiKey: DUMMY_KEY,
      ...(gateway.key === undefined ? {} : { headers: { [KEY_HEADER]: gateway.key.reveal() } }),
    },
    models,
  };
  return [
    { path: ['provider', 'switchyard'], value: provider },
    { path: ['model'], value: `switchyard/${chosenTier(gateway).model}` },
    { path: ['small_model'], value: `switchyard/${gateway.tiers.haiku.model}` },
  ];
}

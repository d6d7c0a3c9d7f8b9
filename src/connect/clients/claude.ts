import { join } from 'node:path';
import { asObject, asText, type JsonObject } from '../../domain/json-value.ts';
import { TIERS, type Tier } from '../../domain/tier.ts';
import {
  KEY_HEADER,
  type ClientSetup,
  type GatewayForClient,
  type SystemFacts,
  type TierForClient,
} from '../client-setup.ts';
import type { KeyEdit } from '../edits/edit-text.ts';

/** Each sends Claude Code to a cloud of its own, past any base URL. */
const CLOUDS = [
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
  'CLAUDE_CODE_USE_MANTLE',
] as const;

/**
 * Claude Code. Its login, or its key, stays as it is: requests for Anthropic are paid by whoever paid before. Tiers
 * with a model of their own name it, so that `/model` shows what serves.
 */
export const claude: ClientSetup = {
  name: 'claude',
  title: 'Claude Code',
  speaks: 'anthropic-messages',
  install: 'npm install -g @anthropic-ai/claude-code',
  keyTravels: 'as-header',
  files: (system) => [
    {
      role: 'settings',
      places: [join(claudeDirectory(system), 'settings.json')],
      syntax: 'json',
      strict: true, // Seen with 2.1.328.
    },
  ],
  edits: (gateway, { settings }) => ({
    settings: [
      ...Object.entries(variables(gateway)).map(([name, value]) => ({ path: ['env', name], value })),
      ...Object.entries(customHeaders(gateway, asText(asObject(settings?.['env'])?.[CUSTOM_HEADERS]))).map(
        ([name, value]) => ({ path: ['env', name], value }),
      ),
      ...(gateway.tier === undefined ? [] : [{ path: ['model'], value: gateway.tier }]),
      ...statusLine(gateway),
    ],
  }),
  launch: (gateway, { environment }) => {
    const clouds = CLOUDS.filter((name) => environment[name] !== undefined);
    return {
      environment: {
        ...Object.fromEntries(clouds.map((name) => [name, undefined])),
        ...variables(gateway),
        ...customHeaders(gateway, environment[CUSTOM_HEADERS]),
        ...(gateway.tier === undefined ? {} : { ANTHROPIC_MODEL: gateway.tier }),
      },
      arguments: [],
    };
  },
  pointsAt: ({ settings }) => asText(asObject(settings?.['env'])?.['ANTHROPIC_BASE_URL']),
  bypasses: [...CLOUDS, 'ANTHROPIC_BASE_URL'],
  stopsWorking: [
    'Remote Control (/remote-control) needs api.anthropic.com as its base URL.',
    'A tier that is served by another model has that model’s abilities: no server tools of Anthropic (web search, code execution), and its own context window.',
    'Auto mode (--permission-mode auto) refuses tools on models that ignore its safety fields.',
  ],
  remarks: ({ settings }, gateway) => {
    const environment = asObject(settings?.['env']);
    const clouds = CLOUDS.filter((name) => asText(environment?.[name]) !== undefined);
    return [
      ...clouds.map((name) => `${name} is set in its settings and leads past any gateway; take it out.`),
      ...(asText(settings?.['apiKeyHelper']) === undefined
        ? []
        : ['apiKeyHelper is set: its key is what the gateway gets as the caller’s credential.']),
      ...ownStatusLine(settings, gateway),
    ];
  },
};

/** A status line of the user's own stays: two cannot stand in one place. */
function statusLine({ statusLine: command }: GatewayForClient): KeyEdit[] {
  if (command === undefined) return [];
  return [{ path: ['statusLine'], value: { type: 'command', command }, when: 'add' }];
}

function ownStatusLine(settings: JsonObject | undefined, gateway: GatewayForClient | undefined): string[] {
  const ours = gateway?.statusLine;
  const present = asText(asObject(settings?.['statusLine'])?.['command']);
  if (ours === undefined || present === undefined || present === ours) return [];
  return [
    'You have a status line of your own, which stays. It can show what serves with what `switchyard statusline` prints, given the same input.',
  ];
}

/** Where Claude Code keeps its settings. */
function claudeDirectory({ home, environment }: SystemFacts): string {
  return environment['CLAUDE_CONFIG_DIR'] || join(home, '.claude');
}

/** `ANTHROPIC_DEFAULT_HAIKU_MODEL` and its sisters. */
export function modelVariable(tier: Tier): string {
  return `ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`;
}

function variables(gateway: GatewayForClient): Record<string, string> {
  const named = TIERS.filter((tier) => gateway.tiers[tier].named);
  const window = smallestWindow(gateway);
  return {
    ANTHROPIC_BASE_URL: gateway.url,
    ...Object.fromEntries(named.flatMap((tier) => modelEntries(tier, gateway.tiers[tier]))),
    ...(window === undefined ? {} : { CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(window) }),
  };
}

const CUSTOM_HEADERS = 'ANTHROPIC_CUSTOM_HEADERS';

/** One header a line; the user's own stay. */
function customHeaders({ key }: GatewayForClient, own: string | undefined): Record<string, string> {
  if (key === undefined) return {};
  const isOther = (line: string): boolean => line !== '' && !line.toLowerCase().startsWith(`${KEY_HEADER}:`);
  const lines = (own ?? '').split('\n').filter(isOther);
  return { [CUSTOM_HEADERS]: [...lines, `${KEY_HEADER}: ${key.reveal()}`].join('\n') };
}

/** The name to ask for, and what the model menu shows for it. */
function modelEntries(tier: Tier, { model, serves }: TierForClient): (readonly [string, string])[] {
  const [first = model, ...others] = serves;
  const variable = modelVariable(tier);
  const name = first.slice(first.indexOf('/') + 1);
  const rest = others.length === 0 ? '' : `, then ${others.join(', ')}`;
  return [
    [variable, model],
    ...(name === model ? [] : [[`${variable}_NAME`, name] as const]),
    [`${variable}_DESCRIPTION`, `${tier} by Switchyard: ${first}${rest}`],
  ];
}

/** What a model is taken for whose window nobody knows: most have so much, and the client would assume a million. */
const USUAL_WINDOW = 200_000;

/**
 * Claude Code takes one limit for all model names it does not know, and without it assumes a million tokens: it
 * would never compact in time. Names it knows keep their own limit.
 */
function smallestWindow({ tiers }: GatewayForClient): number | undefined {
  const windows = TIERS.filter((tier) => tiers[tier].named).map(
    (tier) => tiers[tier].contextWindow ?? USUAL_WINDOW,
  );
  return windows.length === 0 ? undefined : Math.min(...windows);
}

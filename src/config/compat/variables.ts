import { KNOWN_PROVIDERS } from '../../providers/known-providers.ts';
import { formatKeyPath } from '../layers/key-path.ts';
import { OTEL_VARIABLES } from './otel-environment.ts';
import { KEY_VARIABLES } from './own-environment.ts';
import { TERMINAL_VARIABLES } from './terminal-environment.ts';

/** One environment variable that is understood, for the reference page. */
export interface VariableDocs {
  readonly name: string;
  readonly meaning: string;
}

/** Every variable that has an effect on the configuration, in the order of the reference page. */
export function documentedVariables(): readonly VariableDocs[] {
  return [
    ...LOCATION_VARIABLES,
    ...keyVariables(),
    ...LISTEN_VARIABLES,
    ...keyHolders(),
    ...otelVariables(),
    ...PREDECESSORS,
  ];
}

const LOCATION_VARIABLES: readonly VariableDocs[] = [
  { name: 'SWITCHYARD_CONFIG', meaning: 'The configuration file. Flag: --config.' },
  {
    name: 'SWITCHYARD_HOME',
    meaning: "One folder for configuration and state, instead of the system's own places. An absolute path.",
  },
  {
    name: 'SWITCHYARD_STATE_DIR',
    meaning:
      'The folder for the ledger, logs, receipts, client keys, the admin token and notes of running gateways.',
  },
  {
    name: 'SWITCHYARD_LOG_FILE',
    meaning:
      'The file that standard error is appended to, for the gateway to rotate as log says; start -d sets it. Ignored when standard error goes elsewhere.',
  },
];

const LISTEN_VARIABLES: readonly VariableDocs[] = [
  { name: 'PORT', meaning: 'Replaces the port of every address in server.listen.' },
  {
    name: 'HOST',
    meaning: 'Replaces server.listen by this IP address (or localhost). Host names are ignored.',
  },
  { name: 'HTTPS_PROXY', meaning: 'Outbound proxy for https providers; https_proxy wins.' },
  { name: 'HTTP_PROXY', meaning: 'Outbound proxy for http providers; http_proxy wins.' },
  {
    name: 'NO_PROXY',
    meaning: 'Hosts, domains and IP ranges that are reached without the proxy; no_proxy wins.',
  },
];

/** The slots of claude-code-proxy (Python) with web interface, and our names for them. */
const SLOT_TIERS: Readonly<Record<string, string>> = { BIG: 'opus', MIDDLE: 'sonnet', SMALL: 'haiku' };

const PREDECESSORS: readonly VariableDocs[] = [
  ...[
    ['ZAI', 'zai', '0.6', '2.2'],
    ['ANTH', 'anthropic', '3', '15'],
  ].flatMap(([lane, provider, input, output]) => [
    {
      name: `${lane}_PRICE_IN_PER_M`,
      meaning: `Price of input tokens at ${provider}, in dollars per million, unless prices names one. Default where no list knows the model: ${input}.`,
    },
    { name: `${lane}_PRICE_OUT_PER_M`, meaning: `The same for output tokens. Default: ${output}.` },
  ]),
  ...['HAIKU', 'SONNET', 'OPUS'].flatMap((tier) => [
    {
      name: `${tier}_PROVIDER_BASE_URL`,
      meaning: `A provider for the tier ${tier.toLowerCase()}; named after the known host it is (zai), else ${tier.toLowerCase()}-provider.`,
    },
    { name: `${tier}_PROVIDER_API_KEY`, meaning: 'The key of that provider.' },
    {
      name: `ANTHROPIC_DEFAULT_${tier}_MODEL`,
      meaning: 'The model name of the tier: asked for at its provider, and recognised in requests.',
    },
  ]),
  {
    name: 'ANTHROPIC_SMALL_FAST_MODEL',
    meaning: 'The same for haiku where ANTHROPIC_DEFAULT_HAIKU_MODEL is not set.',
  },
  ...['BIG', 'MIDDLE', 'SMALL'].flatMap((slot) => [
    {
      name: `${slot}_MODEL`,
      meaning: `tiers.${SLOT_TIERS[slot]}: a model of OpenRouter, or of ${slot}_ENDPOINT.`,
    },
    {
      name: `${slot}_CASCADE`,
      meaning: `The models that take over from ${slot}_MODEL, separated by commas.`,
    },
    { name: `${slot}_ENDPOINT`, meaning: `The base URL of ${slot}_MODEL, in the format openai-chat.` },
    { name: `${slot}_API_KEY`, meaning: `The key for ${slot}_ENDPOINT.` },
  ]),
  {
    name: 'REASONING_EFFORT',
    meaning: 'shape.effort of the routes that the variables of this table make: *_MODEL and ROUTER_*.',
  },
  { name: 'REASONING_MAX_TOKENS', meaning: 'shape.thinking_tokens of these routes.' },
  { name: 'REASONING_EXCLUDE', meaning: 'true: shape.hide_thinking of these routes.' },
  ...['BIG', 'MIDDLE', 'SMALL'].map((slot) => ({
    name: `${slot}_MODEL_REASONING`,
    meaning: `An effort (high) or tokens (8k) for ${slot}_MODEL and its cascade, in place of REASONING_EFFORT and REASONING_MAX_TOKENS.`,
  })),
  { name: 'MODEL_CASCADE', meaning: 'false: the *_CASCADE variables are not read.' },
  { name: 'ROUTER_DEFAULT', meaning: 'In place of BIG_MODEL.' },
  {
    name: 'ROUTER_CUSTOM_PATH',
    meaning: 'tasks.custom_router: a script that names models of OpenRouter.',
  },
  ...['IMAGE', 'WEB_SEARCH', 'LONG_CONTEXT', 'THINK', 'BACKGROUND'].map((slot) => ({
    name: `ROUTER_${slot}`,
    meaning: `tasks.${slot.toLowerCase()}: a model of OpenRouter.`,
  })),
  {
    name: 'ROUTER_LONG_CONTEXT_THRESHOLD',
    meaning: 'tasks.long_context.threshold, with ROUTER_LONG_CONTEXT.',
  },
  { name: 'CB_FAILURE_THRESHOLD', meaning: 'breakers.consecutive.' },
  { name: 'CB_SUCCESS_THRESHOLD', meaning: 'breakers.successes.' },
  {
    name: 'CB_TIMEOUT_SECONDS',
    meaning: 'breakers.open, and breakers.open_max where that would be shorter.',
  },
  ...TERMINAL_VARIABLES.map(([name, meaning]) => ({ name, meaning })),
  { name: 'TARGET_API_KEY', meaning: 'The key for --target-url.' },
  {
    name: 'CC_PROXY_CONFIG',
    meaning: 'The configuration file; a name ending in .toml is read as a cc-proxy.toml.',
  },
  { name: 'CC_DEFAULT_MODE', meaning: 'mode.' },
  { name: 'CC_SERVER__LISTEN_ADDRESS', meaning: 'server.listen.' },
  { name: 'CC_PASSTHROUGH__URL', meaning: 'providers.anthropic.base_url.' },
  { name: 'CC_PASSTHROUGH__TIMEOUT_SECS', meaning: 'The clocks of providers.anthropic, in seconds.' },
  { name: 'CC_PASSTHROUGH__PASSTHROUGH_AUTH', meaning: 'false: providers.anthropic.auth is none.' },
  {
    name: 'CC_TARGET__TIMEOUT_SECS',
    meaning: 'The clocks of --target-url, and compare.timeout, in seconds.',
  },
  { name: 'CC_TARGET__MAX_CONCURRENT', meaning: 'compare.max_concurrent.' },
  { name: 'CC_TRACING__SERVICE_NAME', meaning: 'tracing.service_name.' },
  { name: 'CC_TRACING__OTLP_ENDPOINT', meaning: 'tracing.endpoint.' },
  {
    name: 'MITM_FORCE_H1',
    meaning: '1 or 0: providers.zai.http is 1.1 or 2. No other provider is touched.',
  },
];

function keyVariables(): readonly VariableDocs[] {
  return Object.entries(KEY_VARIABLES).map(([name, { path, kind }]) => ({
    name,
    meaning: `${formatKeyPath(path)}${kind === 'list' ? ', entries separated by commas' : ''}.`,
  }));
}

function otelVariables(): readonly VariableDocs[] {
  const resource = { name: 'OTEL_RESOURCE_ATTRIBUTES', meaning: 'tracing.resource, as name=value pairs.' };
  return [
    ...OTEL_VARIABLES.flatMap(({ names, meaning }) => names.map((name) => ({ name, meaning }))),
    resource,
  ];
}

function keyHolders(): readonly VariableDocs[] {
  return KNOWN_PROVIDERS.flatMap(({ name, credential }) =>
    credential.kind === 'secret'
      ? [
          {
            name: credential.variable,
            meaning: `The key of the provider ${name}, unless its entry names another.`,
          },
        ]
      : [],
  );
}

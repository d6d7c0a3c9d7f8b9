import type { Task } from '../../domain/task.ts';
import type { Tier } from '../../domain/tier.ts';
import { descriptorByUrl } from '../../providers/known-providers.ts';
import type { Assignment } from '../layers/layer.ts';
import { reasoningShape } from './reasoning-environment.ts';
import { readVariable, sourceOfVariable, type Environment, type Translation } from './environment.ts';

/** Slots of claude-code-proxy (Python) with web interface, and the tiers they stand for. */
const TIER_SLOTS: readonly (readonly [slot: string, tier: Tier])[] = [
  ['SMALL', 'haiku'],
  ['MIDDLE', 'sonnet'],
  ['BIG', 'opus'],
];

const TASK_SLOTS: readonly (readonly [variable: string, task: Task])[] = [
  ['ROUTER_IMAGE', 'image'],
  ['ROUTER_WEB_SEARCH', 'web_search'],
  ['ROUTER_LONG_CONTEXT', 'long_context'],
  ['ROUTER_THINK', 'think'],
  ['ROUTER_BACKGROUND', 'background'],
];

/** Where its names lead unless a slot has an endpoint of its own. */
const USUAL_PROVIDER = 'openrouter';

/**
 * `BIG_MODEL`, `SMALL_CASCADE`, `ROUTER_THINK` and their like. The values are model names of the slot's own endpoint
 * (`minimax/minimax-m2.5:free`), never our `provider/model`.
 */
export function translateRouterEnvironment(environment: Environment): Translation {
  const tiers = TIER_SLOTS.map(([slot, tier]) => translateTier(environment, slot, tier));
  const tasks = TASK_SLOTS.map(([variable, task]) => translateTask(environment, variable, task));
  const assignments = [...tiers, ...tasks, translateScript(environment)].flat();
  return { assignments, problems: [] };
}

/** `ROUTER_DEFAULT` stands for the big model alone. */
function translateTier(environment: Environment, slot: string, tier: Tier): readonly Assignment[] {
  const variable = [...(slot === 'BIG' ? ['ROUTER_DEFAULT'] : []), `${slot}_MODEL`].find(
    (name) => readVariable(environment, name) !== undefined,
  );
  if (variable === undefined) return [];
  const { provider, assignments } = providerOf(environment, slot, variable);
  const isCascade = readVariable(environment, 'MODEL_CASCADE')?.toLowerCase() !== 'false';
  const cascade = isCascade ? listOf(readVariable(environment, `${slot}_CASCADE`)) : [];
  const models = [readVariable(environment, variable) ?? '', ...cascade];
  const source = sourceOfVariable(environment, variable);
  const use = models.map((model) => `${provider}/${model}`);
  const path = ['tiers', tier];
  const shape = reasoningShape(environment, path, slot);
  // A bare list takes the place of a whole route.
  const list = { path: shape.length === 0 ? path : [...path, 'use'], value: use, source };
  return [...assignments, list, ...shape];
}

function translateTask(environment: Environment, variable: string, task: Task): readonly Assignment[] {
  const model = readVariable(environment, variable);
  if (model === undefined) return [];
  const source = sourceOfVariable(environment, variable);
  const path = ['tasks', task];
  const use = { path: [...path, 'use'], value: `${USUAL_PROVIDER}/${model}`, source };
  const shape = reasoningShape(environment, path, undefined);
  return [known(environment, variable), use, ...shape, ...thresholdOf(environment, task)];
}

function thresholdOf(environment: Environment, task: Task): readonly Assignment[] {
  const variable = 'ROUTER_LONG_CONTEXT_THRESHOLD';
  const text = readVariable(environment, variable);
  if (task !== 'long_context' || text === undefined) return [];
  const value = /^\d+$/.test(text) ? Number(text) : text;
  return [{ path: ['tasks', task, 'threshold'], value, source: sourceOfVariable(environment, variable) }];
}

/** The slot's own endpoint under the name `big-endpoint`, or OpenRouter. */
function providerOf(
  environment: Environment,
  slot: string,
  variable: string,
): { readonly provider: string; readonly assignments: readonly Assignment[] } {
  const endpointVariable = `${slot}_ENDPOINT`;
  const url = readVariable(environment, endpointVariable);
  if (url === undefined) return { provider: USUAL_PROVIDER, assignments: [known(environment, variable)] };
  const provider = `${slot.toLowerCase()}-endpoint`;
  const source = sourceOfVariable(environment, endpointVariable);
  const path = ['providers', provider];
  const keyVariable = `${slot}_API_KEY`;
  const hasKey = readVariable(environment, keyVariable) !== undefined;
  const type = descriptorByUrl(url)?.name;
  return {
    provider,
    assignments: [
      { path: [...path, 'base_url'], value: url, source },
      { path: [...path, 'format'], value: 'openai-chat', source },
      ...(type === undefined ? [] : [{ path: [...path, 'type'], value: type, source }]),
      ...(hasKey ? [{ path: [...path, 'auth'], value: { secret: `env:${keyVariable}` }, source }] : []),
    ],
  };
}

/** Makes the usual provider one of the configured ones. */
function known(environment: Environment, variable: string): Assignment {
  const source = sourceOfVariable(environment, variable);
  return { path: ['providers', USUAL_PROVIDER, 'type'], value: USUAL_PROVIDER, source };
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Its script names models of the usual provider, as its slots do. */
function translateScript(environment: Environment): readonly Assignment[] {
  const variable = 'ROUTER_CUSTOM_PATH';
  const value = readVariable(environment, variable);
  if (value === undefined) return [];
  const source = sourceOfVariable(environment, variable);
  const path = ['tasks', 'custom_router'];
  return [
    known(environment, variable),
    { path: [...path, 'path'], value, source },
    { path: [...path, 'provider'], value: USUAL_PROVIDER, source },
  ];
}

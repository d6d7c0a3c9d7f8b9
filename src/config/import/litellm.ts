/** LiteLLM's proxy configuration: a list of models with parameters, and fallbacks between their names. */
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { descriptorByName } from '../../providers/known-providers.ts';
import { shownName, type Imported } from './imported.ts';
import { importProvider, providerName, type ImportedProvider } from './imported-provider.ts';

/** Its names for providers that we know under another one. */
const NAMES: Readonly<Record<string, string>> = {
  gemini: 'google',
  lm_studio: 'lmstudio',
  dashscope: 'qwen',
  ollama_chat: 'ollama',
  hosted_vllm: 'vllm',
};

interface Deployment {
  readonly name: string;
  readonly provider: ImportedProvider;
  readonly target: string;
}

/** @returns `undefined` when the value is no such file */
export function importLiteLlm(value: unknown): Imported | undefined {
  if (!isRawObject(value) || !Array.isArray(value['model_list'])) return undefined;
  const entries = value['model_list'].filter(isRawObject);
  const deployments = entries.flatMap((entry) =>
    cloudOf(entry) === undefined ? (deploymentOf(entry) ?? []) : [],
  );
  const names = [...new Set(deployments.map(({ name }) => name))];
  const fallbacks = fallbacksOf(value);
  const targetsOf = (name: string): string[] =>
    deployments.filter((deployment) => deployment.name === name).map(({ target }) => target);
  const mappings = names.map((name): RawObject => {
    const targets = [name, ...(fallbacks.get(name) ?? [])].flatMap(targetsOf);
    return { match: name, use: [...new Set(targets)] };
  });
  const providers = new Map(deployments.map(({ provider }) => [provider.name, provider.entry]));
  const offered = entries.filter((entry) => cloudOf(entry) === undefined);
  const skipped = offered.length - deployments.length;
  return {
    from: 'LiteLLM',
    values: { providers: Object.fromEntries(providers), mappings },
    understood: [
      ...names.map((name) => `model ${name} (${targetsOf(name).length} deployments)`),
      ...(fallbacks.size === 0 ? [] : ['fallbacks']),
    ],
    ignored: [
      ...(skipped === 0 ? [] : [`${skipped} models without litellm_params.model`]),
      ...entries.flatMap((entry) => cloudOf(entry) ?? []),
      ...Object.keys(value)
        .filter((key) => key !== 'model_list')
        .map(shownName),
    ],
    notes: [],
    advice: [
      ...new Set(deployments.flatMap(({ provider }) => provider.advice ?? [])),
      ...(isRawObject(value['general_settings']) && value['general_settings']['master_key'] !== undefined
        ? ['general_settings.master_key: client keys are made anew, by switchyard keys create']
        : []),
    ],
  };
}

/** Clouds that sign requests, or name deployments, in ways of their own. */
const CLOUDS = /^(azure|azure_ai|bedrock|vertex_ai|vertex_ai_beta|sagemaker|sagemaker_chat)\//;

/** Why a model of such a cloud is left out; `undefined` for every other. */
function cloudOf({ model_name: name, litellm_params: parameters }: RawObject): string | undefined {
  const model = isRawObject(parameters) ? text(parameters['model']) : undefined;
  const cloud = CLOUDS.exec(model ?? '')?.[1];
  return cloud === undefined
    ? undefined
    : `model ${text(name) ?? '?'}: ${cloud} is no provider that is known here`;
}

function deploymentOf(entry: RawObject): Deployment | undefined {
  const parameters = entry['litellm_params'];
  const name = entry['model_name'];
  if (!isRawObject(parameters) || typeof name !== 'string') return undefined;
  const model = parameters['model'];
  if (typeof model !== 'string') return undefined;
  const [prefix = '', ...rest] = model.split('/');
  const isPrefixed = rest.length > 0;
  const their = isPrefixed ? prefix : 'openai';
  const known = NAMES[their] ?? their;
  const baseUrl = text(parameters['api_base']);
  const ourName = baseUrl === undefined ? known : nameOfUrl(baseUrl, known);
  const own = importProvider({ name: ourName, baseUrl, key: text(parameters['api_key']) });
  const isPlain = baseUrl === undefined && descriptorByName(ourName) !== undefined;
  // A known provider needs no more than its name, and the key of its usual variable.
  const provider = isPlain && parameters['api_key'] === undefined ? { ...own, entry: {} } : own;
  const asked = isPrefixed ? rest.join('/') : model;
  // Its asterisk stands for whatever was asked for, which a provider alone keeps.
  return { name, provider, target: asked === '*' ? provider.name : `${provider.name}/${asked}` };
}

/** Deployments at different addresses are different providers, though both speak like OpenAI. */
function nameOfUrl(baseUrl: string, known: string): string {
  const host = URL.parse(baseUrl)?.host ?? '';
  return host === '' ? known : providerName(`${known}-${host.replaceAll(':', '-')}`);
}

/** `router_settings.fallbacks` and `litellm_settings.fallbacks`: a list of `{name: [names]}`. */
function fallbacksOf(value: RawObject): ReadonlyMap<string, readonly string[]> {
  const lists = ['router_settings', 'litellm_settings'].flatMap((section) => {
    const settings = value[section];
    return isRawObject(settings) && Array.isArray(settings['fallbacks']) ? settings['fallbacks'] : [];
  });
  return new Map(
    lists
      .filter(isRawObject)
      .flatMap((entry) =>
        Object.entries(entry).map(([name, names]): [string, string[]] => [
          name,
          Array.isArray(names) ? names.filter((one) => typeof one === 'string') : [],
        ]),
      ),
  );
}

function text(value: RawValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

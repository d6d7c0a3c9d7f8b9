/** The endpoints that another program's routes name, collected as providers of ours. */
import { descriptorByName, descriptorByUrl } from '../../providers/known-providers.ts';
import { isRawObject, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { importProvider, providerName } from './imported-provider.ts';

/** Where its models are unless an endpoint is named. */
const USUAL_PROVIDER = 'openrouter';

/** Providers by name, as they are met, and what is left for the user to do about their keys. */
export class ForeignTargets {
  readonly providers = new Map<string, RawObject>();
  readonly advice = new Set<string>();

  /**
   * Targets of an object with `model`, and perhaps `provider`, `base_url`, `api_key` and a `cascade` of models.
   * @param owner names the provider where nothing else does
   * @returns `[]` for one without a model
   */
  read(slot: RawObject, owner: string): readonly string[] {
    const models = [slot['model'], ...listOf(slot['cascade'])].flatMap((model) => textOf(model) ?? []);
    if (models.length === 0) return [];
    const provider = this.#provider(slot, owner);
    return models.map((model) => `${provider}/${model}`);
  }

  /** The provider of models that come without an endpoint. */
  usual(): string {
    return this.#add(USUAL_PROVIDER, {}, 'usual');
  }

  #provider(slot: RawObject, owner: string): string {
    const named = textOf(slot['provider'])?.toLowerCase();
    const baseUrl = textOf(slot['base_url']);
    const key = textOf(slot['api_key']);
    const isKnown = named !== undefined && descriptorByName(named) !== undefined;
    const usual = isKnown ? named : USUAL_PROVIDER;
    if (baseUrl === undefined && key === undefined) return this.#add(usual, {}, owner);
    const known = baseUrl === undefined ? usual : descriptorByUrl(baseUrl)?.name;
    const name = known ?? named ?? `${owner}-endpoint`;
    const { name: ourName, entry, advice } = importProvider({ name, baseUrl, key });
    if (advice !== undefined) this.advice.add(advice);
    return this.#add(ourName, withoutKnown(entry, known), owner);
  }

  /** Two endpoints of one name are two providers. */
  #add(name: string, entry: RawObject, owner: string): string {
    const renamed = descriptorByName(name) === undefined ? entry : { type: name, ...entry };
    let ourName = name;
    for (let number = 1; this.#isOther(ourName, ourName === name ? entry : renamed); number += 1)
      ourName = providerName([name, owner, ...(number === 1 ? [] : [number])].join('-'));
    this.providers.set(ourName, ourName === name ? entry : renamed);
    return ourName;
  }

  #isOther(name: string, entry: RawObject): boolean {
    const met = this.providers.get(name);
    return met !== undefined && JSON.stringify(met) !== JSON.stringify(entry);
  }
}

/** What a known provider has by itself: its address in every format, and the variable its key is in. */
function withoutKnown(entry: RawObject, known: string | undefined): RawObject {
  const descriptor = known === undefined ? undefined : descriptorByName(known);
  if (descriptor === undefined) return entry;
  const { base_url: base, format, auth, ...others } = entry;
  const { endpoints, mixesFormats, credential } = descriptor;
  const isUsual =
    mixesFormats && endpoints.some(({ baseUrl }) => baseUrl === textOf(base)?.replace(/\/$/, ''));
  const variable = credential.kind === 'secret' ? `env:${credential.variable}` : undefined;
  const isOwnKey = auth === 'none' || (isRawObject(auth) && auth['secret'] === variable);
  return {
    ...others,
    ...(isUsual || base === undefined ? {} : { base_url: base }),
    ...(isUsual || format === undefined ? {} : { format }),
    ...(isOwnKey || auth === undefined ? {} : { auth }),
  };
}

/** A text that is not blank. */
export function textOf(value: RawValue | undefined): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

function listOf(value: RawValue | undefined): readonly RawValue[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list. */
export function objectsOf(value: RawValue | undefined): readonly RawObject[] {
  return listOf(value).filter(isRawObject);
}

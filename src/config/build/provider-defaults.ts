import { FORMATS, type Format } from '../../domain/format.ts';
import type { BetaFilter, ProviderFilters } from '../../domain/provider.ts';
import {
  THIRD_PARTY_FILTERS,
  usualHeader,
  type CredentialHeader,
  type ProviderDescriptor,
} from '../../providers/descriptor.ts';
import { chooseEndpoint, descriptorByName, descriptorByUrl } from '../../providers/known-providers.ts';
import { DEFAULT_PROVIDER_CLOCKS } from '../defaults.ts';
import type { ConfigLayer } from '../layers/layer.ts';
import { isRawObject, ownValue, type RawObject, type RawValue } from '../layers/raw-value.ts';

/**
 * The layer of what is known about each configured provider: everything an entry such as `zai: {}` leaves
 * out. It stands below all others, so whatever a user writes wins.
 * @param values the other layers, merged: it names the providers and says which known one each of them is
 */
export function providerDefaultsLayer(values: RawObject): ConfigLayer {
  const providers = ownValue(values, 'providers');
  const entries = isRawObject(providers) ? Object.entries(providers) : [];
  const known = new Map(entries.map(([name, entry]) => [name, descriptorOf(name, identityOf(entry))]));
  const filled = entries.map(([name, entry]) => [name, defaultsOf(known.get(name), entry)] as const);
  return {
    values: { providers: Object.fromEntries(filled) },
    locate(path) {
      const descriptor = known.get(String(path[1]));
      return {
        kind: 'default',
        detail: descriptor === undefined ? 'defaults' : `provider ${descriptor.name}`,
      };
    },
  };
}

/** What tells which known provider an entry is. */
export interface ProviderIdentity {
  readonly type: string | undefined;
  readonly baseUrl: string | undefined;
}

/** The known provider an entry is: as it says, as it is named, or as its base URL shows. */
export function descriptorOf(
  name: string,
  { type, baseUrl }: ProviderIdentity,
): ProviderDescriptor | undefined {
  if (type !== undefined) return descriptorByName(type);
  return descriptorByName(name) ?? (baseUrl === undefined ? undefined : descriptorByUrl(baseUrl));
}

function identityOf(entry: RawValue): ProviderIdentity {
  return { type: text(entry, 'type'), baseUrl: text(entry, 'base_url') };
}

function defaultsOf(descriptor: ProviderDescriptor | undefined, entry: RawValue): RawObject {
  const wantedFormat = FORMATS.find((format) => format === text(entry, 'format'));
  const endpoint =
    descriptor && chooseEndpoint(descriptor, { format: wantedFormat, baseUrl: text(entry, 'base_url') });
  const format = wantedFormat ?? endpoint?.format ?? 'anthropic-messages';
  return {
    ...(endpoint === undefined ? {} : { base_url: endpoint.baseUrl }),
    format,
    auth: defaultAuth(descriptor, format, endpoint?.header),
    http: descriptor?.http ?? 'auto',
    h2_fallback: false,
    clocks: DEFAULT_PROVIDER_CLOCKS,
    filters: rawFilters(descriptor?.filters ?? THIRD_PARTY_FILTERS),
    count_tokens: descriptor?.countTokens ?? 'estimate',
  };
}

function defaultAuth(
  descriptor: ProviderDescriptor | undefined,
  format: Format,
  header: CredentialHeader | undefined,
): RawValue {
  if (descriptor === undefined || descriptor.credential.kind === 'none') return 'none';
  if (descriptor.credential.kind === 'caller') return 'caller';
  const { name, scheme } = header ?? usualHeader(format);
  return {
    header: name,
    ...(scheme === undefined ? {} : { scheme }),
    secret: `env:${descriptor.credential.variable}`,
  };
}

function rawFilters(filters: ProviderFilters): RawObject {
  return {
    betas: rawBetas(filters.betas),
    thinking: filters.thinking,
    billing_header: filters.billingHeader,
  };
}

function rawBetas(betas: BetaFilter): RawValue {
  if (betas.kind === 'keep') return 'keep';
  return betas.kind === 'allow' ? { allow: betas.values } : { deny: betas.values };
}

function text(entry: RawValue, key: string): string | undefined {
  const value = isRawObject(entry) ? ownValue(entry, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

import { passesModel, type HttpEntry } from '../../domain/chain.ts';
import { originOf } from '../../domain/origin.ts';
import { homeOf } from '../../domain/provider-place.ts';
import type { Detour, Provider, ProviderAuth } from '../../domain/provider.ts';
import { usualHeader } from '../../providers/descriptor.ts';
import { environmentProxy } from './build-proxy.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/**
 * A provider as it is reached through the entries after the gateway. The entry is an origin of its own: neither the
 * provider's key nor a caller's credential is sent to it, only what the entry itself is configured with.
 * @param entries the active ones after the gateway, in their order; the first that a request fits gets it
 */
export function throughEntries(
  build: SnapshotBuild,
  provider: Provider,
  entries: readonly HttpEntry[],
): Provider {
  if (provider.auth.kind === 'caller') return provider;
  const own = entries.filter(({ providers, modelPrefixes }) =>
    providers.length === 0 ? modelPrefixes.length > 0 : providers.includes(provider.name),
  );
  if (own.length === 0) return provider;
  const variants = [...provider.variants].map(
    ([format, variant]) => [format, oneThrough(build, variant, own)] as const,
  );
  return { ...oneThrough(build, provider, own), variants: new Map(variants) };
}

function oneThrough(build: SnapshotBuild, provider: Provider, entries: readonly HttpEntry[]): Provider {
  const always = entries.findIndex((entry) => passesModel(entry, ''));
  const conditional = always === -1 ? entries : entries.slice(0, always);
  const detours = conditional.map((entry): Detour => ({
    modelPrefixes: entry.modelPrefixes,
    provider: at(build, provider, entry),
  }));
  const otherwise = entries[always];
  const base = otherwise === undefined ? provider : at(build, provider, otherwise);
  return { ...base, detours };
}

function at(build: SnapshotBuild, provider: Provider, entry: HttpEntry): Provider {
  const url = new URL(entry.url);
  return {
    ...provider,
    via: entry.id,
    home: homeOf(provider),
    origin: originOf(url),
    basePath: url.pathname.replace(/\/+$/, ''),
    auth: authOf(provider, entry),
    extraHeaders: entry.extraHeaders,
    http: url.protocol === 'https:' ? provider.http : '1.1',
    connectTo: undefined,
    certificateAuthorities: undefined,
    outboundProxy: environmentProxy(build, ['chain'], url),
    variants: new Map(),
    detours: [],
  };
}

function authOf({ format }: Provider, { authKey, id }: HttpEntry): ProviderAuth {
  if (authKey === undefined) return { kind: 'none' };
  if (authKey === 'missing') return { kind: 'missing', reference: `auth_key of the chain entry ${id}` };
  const { name, scheme } = usualHeader(format);
  return { kind: 'secret', header: name, scheme, secret: authKey };
}

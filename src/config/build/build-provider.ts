import { originOf } from '../../domain/origin.ts';
import type {
  HttpVersion,
  ModelFacts,
  Provider,
  ProviderAuth,
  ProviderFilters,
  ProviderLimits,
  UpstreamClocks,
} from '../../domain/provider.ts';
import { buildAuth } from './build-auth.ts';
import { chooseProxy } from './build-proxy.ts';
import { buildOpenRouter } from './build-open-router.ts';
import { buildQuirks } from './build-quirks.ts';
import { withVariants } from './build-variants.ts';
import { addressOf, isOwnAddress } from '../values/own-address.ts';
import { descriptorOf } from './provider-defaults.ts';
import type { ProviderDescriptor } from '../../providers/descriptor.ts';
import type { CompleteProvider } from '../schema/config-schema.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/** One provider of the snapshot, or `undefined` when it cannot be used; why is then noted as an error. */
export function buildProvider(
  build: SnapshotBuild,
  name: string,
  provider: CompleteProvider,
): Provider | undefined {
  const url = provider.base_url === undefined ? null : URL.parse(provider.base_url);
  if (url === null) {
    const remedy = 'Add base_url, or name a known provider with type.';
    build.error(['providers', name], 'has no base_url and is not a known provider', remedy);
    return undefined;
  }
  refuseSelf(build, name, url);
  const basePath = url.pathname.replace(/\/+$/, '');
  const descriptor = descriptorOf(name, { type: provider.type, baseUrl: provider.base_url });
  const auth = buildAuth(build, name, provider);
  const built: Provider = {
    name,
    format: provider.format,
    origin: originOf(url),
    basePath,
    auth,
    http: chooseHttp(build, name, provider),
    h2Fallback: provider.h2_fallback,
    connectTo: provider.connect_to,
    certificateAuthorities: certificatesOf(build, name, provider),
    outboundProxy: chooseProxy(build, name, { provider, url }),
    clocks: buildClocks(provider),
    filters: buildFilters(provider),
    countTokens: provider.count_tokens,
    traceContext: provider.trace_context,
    errorRules: descriptor?.errorRules ?? [],
    limits: buildLimits(provider, auth),
    openRouter: buildOpenRouter(descriptor, provider),
    models: buildModels(descriptor, provider),
    quirks: buildQuirks(descriptor, provider),
    formatRules: [],
    variants: new Map(),
    via: undefined,
    extraHeaders: [],
    detours: [],
  };
  return withVariants(build, built, descriptor);
}

/** A gateway that is its own upstream would call itself until it runs out of sockets. */
function refuseSelf(build: SnapshotBuild, name: string, url: URL): void {
  const { connect_to: connectTo } = build.input.config.providers[name] ?? {};
  const key = connectTo === undefined ? 'base_url' : 'connect_to';
  if (!isOwnAddress(connectTo ?? addressOf(url), build.own)) return;
  build.error(
    ['providers', name, key],
    'is the address of this gateway itself',
    'Name the provider here, not the gateway, or let the gateway listen on another port.',
  );
}

/**
 * `auto` is HTTP/1.1 unless the provider is known to need 2: with one request per connection a slow answer
 * cannot hold up another, and the request costs less of our time.
 */
function chooseHttp(build: SnapshotBuild, name: string, provider: CompleteProvider): HttpVersion {
  const known = descriptorOf(name, { type: provider.type, baseUrl: provider.base_url });
  const version = provider.http === 'auto' ? (known?.http === '2' ? '2' : '1.1') : provider.http;
  if (version === '2' && provider.base_url?.startsWith('http:') === true) {
    build.error(['providers', name, 'http'], 'is 2, which needs an https base_url', 'Write http: "1.1".');
  }
  return version;
}

function certificatesOf(build: SnapshotBuild, name: string, provider: CompleteProvider): string | undefined {
  if (provider.ca_file === undefined) return undefined;
  const resolved = build.input.certificates.get(provider.ca_file);
  if (resolved?.kind === 'present') return resolved.value;
  const reason = resolved?.reason ?? 'it was not read';
  build.error(
    ['providers', name, 'ca_file'],
    `cannot be used: ${reason}`,
    'Name a PEM file with certificates.',
  );
  return undefined;
}

function buildClocks({ clocks }: CompleteProvider): UpstreamClocks {
  return {
    connect: clocks.connect,
    tls: clocks.tls,
    h2Headers: clocks.h2_headers,
    headersStream: clocks.headers_stream,
    headersWhole: clocks.headers_whole,
    firstEvent: clocks.first_event,
    idle: clocks.idle,
    totalStream: clocks.total_stream,
    totalWhole: clocks.total_whole,
  };
}

function buildFilters({ filters }: CompleteProvider): ProviderFilters {
  const { betas } = filters;
  return {
    betas:
      betas === 'keep'
        ? { kind: 'keep' }
        : 'allow' in betas
          ? { kind: 'allow', values: betas.allow }
          : { kind: 'deny', values: betas.deny },
    thinking: filters.thinking,
    billingHeader: filters.billing_header,
  };
}

const DEFAULT_WAIT_MS = 10_000;

/** The queue of a provider that is limited by client or caller only. */
const DEFAULT_QUEUE = 100;

function buildLimits({ limits = {} }: CompleteProvider, auth: ProviderAuth): ProviderLimits | undefined {
  const { concurrent = Infinity, per_key: perKey = Infinity, per_client: perClient = concurrent } = limits;
  const smallest = Math.min(concurrent, perKey, perClient);
  if (smallest === Infinity) return undefined;
  const atOnce = Math.min(concurrent, perKey * countKeys(auth));
  return {
    concurrent,
    perKey,
    perClient,
    queue: limits.queue ?? (atOnce === Infinity ? DEFAULT_QUEUE : atOnce * 2),
    wait: limits.wait ?? DEFAULT_WAIT_MS,
  };
}

/** Callers bring their own, and nobody knows how many they are. */
function countKeys(auth: ProviderAuth): number {
  if (auth.kind === 'caller') return Infinity;
  return auth.kind === 'secret' ? (auth.ring?.secrets.length ?? 1) : 1;
}

/** What is known of the provider's models, and what the configuration says of them, which counts more. */
function buildModels(
  descriptor: ProviderDescriptor | undefined,
  { models = {} }: CompleteProvider,
): ReadonlyMap<string, ModelFacts> {
  const known = descriptor?.models.map(({ id, context }): [string, ModelFacts] => [
    id,
    { contextWindow: context },
  ]);
  const written = Object.entries(models).map(([name, facts]): [string, ModelFacts] => [
    name,
    { contextWindow: facts.context_window, tools: facts.tools },
  ]);
  return new Map([...(known ?? []), ...written]);
}

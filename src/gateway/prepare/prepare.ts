import type { AttemptRecord } from '../../domain/attempt.ts';
import type { BoundCredential, CallerCredential } from '../../domain/credential.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { InboundRequest, RequestFacts } from '../../domain/exchange.ts';
import type { RawHeaders } from '../../domain/headers.ts';
import { ANTHROPIC_ORIGIN } from '../../domain/origin.ts';
import type { Provider, ProviderFilters } from '../../domain/provider.ts';
import type { LimitField } from '../../domain/target-quirks.ts';
import type { Target } from '../../domain/target.ts';
import { adaptRequest, carriedTargets } from './adapt-request.ts';
import { isVendorOrigin } from '../../providers/known-providers.ts';
import type { UpstreamRequest } from '../../transport/upstream.ts';
import { authorize, headersFor } from './authorize.ts';
import { chooseEndpoint } from './choose-endpoint.ts';
import { exchangeLog } from '../exchange-log.ts';
import type { Gateway } from '../gateway.ts';
import { loadTranslation } from '../translate/lazy-translation.ts';
import { chooseKey } from './choose-key.ts';
import type { OpenExchange } from '../open-exchange.ts';
import type { SignatureMemory } from '../memory/signature-memory.ts';
import type { RequestTranslation, TranslatedRequest } from '../../formats/translate.ts';
import type { Translation, TranslationInput } from '../translate/translate-request.ts';

/** A request ready to be sent, and what the record needs to know about it. */
export interface PreparedRequest {
  readonly provider: Provider;
  readonly credential: BoundCredential;
  readonly sentModel: string | undefined;
  readonly billing: NonNullable<AttemptRecord['billing']>;
  readonly upstream: UpstreamRequest;
  /** Set where the provider speaks another format than the client. */
  readonly translation: Translation | undefined;
  /** Targets further down that OpenRouter asks by itself when this one fails. */
  readonly carried?: readonly Target[];
  /** The longest this try may take, milliseconds; besides the provider's own clocks. */
  readonly timeout?: number | undefined;
  /** Set on a second try with the output limit under this name. */
  readonly renamedTo?: LimitField;
}

/** At most this many gateways in a row; more is a loop that no id gave away. */
export const MAX_HOPS = 4;

/**
 * Turns an exchange and one of its targets into the upstream request: credential bound, model spliced, filters
 * applied, headers chosen. Never alters its input, so that every attempt starts from the client's own bytes.
 * @throws GatewayError when the target cannot serve this exchange
 */
export function prepare(gateway: Gateway, exchange: OpenExchange, target: Target): PreparedRequest {
  const bound = bind(gateway, exchange, target);
  const built = isForeign(exchange, bound)
    ? translated(gateway, exchange, bound, target)
    : asItCame(gateway, exchange, bound, target);
  return adapted(gateway, exchange, built, target);
}

/** The same where nobody waits: what has to be translated is so by `translate`, in its own time. */
export async function prepareCopy(
  gateway: Gateway,
  exchange: OpenExchange,
  target: Target,
  translate: (input: RequestTranslation) => Promise<TranslatedRequest>,
): Promise<PreparedRequest> {
  const bound = bind(gateway, exchange, target);
  if (!isForeign(exchange, bound))
    return adapted(gateway, exchange, asItCame(gateway, exchange, bound, target), target);
  const { rebound, input } = translationInput(gateway, exchange, bound, target);
  const { translationOf, translatedUpstream } = loadTranslation();
  const sent = await translate(translationOf(gateway, exchange, input));
  const built = { ...rebound, ...translatedUpstream(exchange, input, sent) };
  return adapted(gateway, exchange, built, target);
}

/** Where a request goes, as what, and who pays. */
type Bound = Pick<PreparedRequest, 'provider' | 'credential' | 'billing' | 'sentModel'>;

function bind(gateway: Gateway, exchange: OpenExchange, target: Target): Bound {
  const facts = factsOf(exchange);
  const { inbound, kind } = exchange;
  const sentModel = target.model ?? facts.model;
  const endpoint = chooseEndpoint(providerOf(exchange, target), kind.format, sentModel ?? '');
  const provider = chooseKey(gateway, exchange, { provider: endpoint, model: sentModel ?? '' });
  const caller = inbound.credential ?? machineLogin(gateway, exchange, provider);
  const credential = authorize(provider, caller);
  const billing = credential.owner === 'caller' && caller?.kind === 'oauth' ? 'subscription' : 'metered';
  return { provider, credential, billing, sentModel };
}

function isForeign({ kind }: OpenExchange, { provider }: Bound): boolean {
  return kind.operation !== 'passthrough' && provider.format !== kind.format;
}

function adapted(
  gateway: Gateway,
  exchange: OpenExchange,
  built: PreparedRequest,
  target: Target,
): PreparedRequest {
  const { provider, upstream, translation } = built;
  const adaption = { provider, body: upstream.body, target, translated: translation !== undefined };
  const body = adaptRequest(gateway, exchange, adaption);
  const timeout = target.shape?.timeout;
  if (body === upstream.body && timeout === undefined) return built;
  const carried = carriedTargets(exchange, target, provider);
  return { ...built, carried, timeout, upstream: { ...upstream, body } };
}

/** To a provider of the client's own format. */
function asItCame(gateway: Gateway, exchange: OpenExchange, bound: Bound, target: Target): PreparedRequest {
  const { inbound, format, kind } = exchange;
  const { provider, credential, billing, sentModel } = bound;
  if (kind.operation === 'passthrough') return untouched(gateway, exchange, bound);
  const facts = factsOf(exchange);
  const patched = format.patch({
    body: inbound.body,
    headers: inbound.headers,
    facts,
    model: target.model,
    filters: filtersFor(provider, gateway.signatures),
    isOwnSignature: signatureTest(provider, gateway.signatures),
  });
  if (patched.removed.length > 0) {
    exchangeLog(gateway, exchange).info(
      { provider: provider.name },
      `[Filter] removed ${patched.removed.join(', ')}`,
    );
  }
  const path = format.upstreamPath({ kind, facts, model: target.model, basePath: provider.basePath });
  return {
    provider,
    credential,
    sentModel,
    billing,
    translation: undefined,
    upstream: {
      provider,
      method: inbound.method,
      path: provider.basePath + path + inbound.query,
      headers: [
        ...plainAnswers(withLoginBeta(patched.headers, inbound, credential)),
        ...ownHeaders(gateway, exchange, provider),
      ],
      body: patched.body,
      credential,
      stream: facts.stream,
      freshSocket: false,
      forceHttp1: false,
    },
  };
}

/** Claude Code's login on this machine may serve callers on this machine that send none, if the owner wants so. */
function machineLogin(
  gateway: Gateway,
  exchange: OpenExchange,
  provider: Provider,
): CallerCredential | undefined {
  const wanted = exchange.snapshot.claudeCredentialsFile && exchange.inbound.callerIsLoopback;
  const serves = provider.auth.kind === 'caller' && provider.origin === ANTHROPIC_ORIGIN;
  return wanted && serves ? gateway.claudeLogin.credential() : undefined;
}

/** A path that is not ours travels as it came, but for the credential rule and the hop list. */
function untouched(
  gateway: Gateway,
  exchange: OpenExchange,
  { provider, credential, billing }: Bound,
): PreparedRequest {
  const { inbound } = exchange;
  const upstream: UpstreamRequest = {
    provider,
    method: inbound.method,
    path: provider.basePath + inbound.path + inbound.query,
    headers: [...inbound.headers, ...ownHeaders(gateway, exchange, provider)],
    body: inbound.body,
    credential,
    stream: false,
    freshSocket: false,
    forceHttp1: false,
  };
  return { provider, credential, sentModel: undefined, billing, translation: undefined, upstream };
}

function providerOf(exchange: OpenExchange, target: Target): Provider {
  const provider = exchange.snapshot.providers.get(target.provider);
  if (provider !== undefined) return provider;
  throw new GatewayError(
    'unknown_provider',
    `The route leads to the provider "${target.provider}", which is not configured.`,
  );
}

function factsOf(exchange: OpenExchange): RequestFacts {
  if (exchange.facts !== undefined) return exchange.facts;
  throw new GatewayError('internal', 'A request was prepared before it was inspected.');
}

/** To a provider of another format: the request is made anew. */
function translated(gateway: Gateway, exchange: OpenExchange, bound: Bound, target: Target): PreparedRequest {
  const { rebound, input } = translationInput(gateway, exchange, bound, target);
  const { translateForProvider } = loadTranslation();
  return { ...rebound, ...translateForProvider(gateway, exchange, input) };
}

function translationInput(
  gateway: Gateway,
  exchange: OpenExchange,
  { provider, billing, ...bound }: Bound,
  { shape }: Target,
): { readonly rebound: Bound; readonly input: TranslationInput } {
  const credential = { ...bound.credential, headers: headersFor(provider, bound.credential) };
  const model = bound.sentModel ?? '';
  const hop = ownHeaders(gateway, exchange, provider);
  return {
    rebound: { provider, credential, billing, sentModel: model },
    input: { provider, credential, facts: factsOf(exchange), model, shape, hop },
  };
}

/** Anthropic gets the request untouched until another provider's signatures may stand in a conversation. */
function filtersFor(provider: Provider, signatures: SignatureMemory): ProviderFilters {
  const { filters } = provider;
  if (provider.origin !== ANTHROPIC_ORIGIN || filters.thinking !== 'keep') return filters;
  return signatures.hasOthersThan(provider.name) ? { ...filters, thinking: 'foreign' } : filters;
}

/**
 * Anthropic verifies signatures, so there only those known to be another's are foreign (an empty one always
 * is); third parties cannot verify, so there everything not known to be their own is.
 */
function signatureTest(provider: Provider, signatures: SignatureMemory): (signature: string) => boolean {
  if (provider.origin !== ANTHROPIC_ORIGIN)
    return (signature) => signatures.issuerOf(signature) === provider.name;
  return (signature) =>
    signature !== '' && (signatures.issuerOf(signature) ?? provider.name) === provider.name;
}

const LOGIN_BETA = 'oauth-2025-04-20';

/** Anthropic takes a login only beside its beta; a caller that sent no login did not send the beta either. */
function withLoginBeta(
  headers: RawHeaders,
  inbound: InboundRequest,
  credential: BoundCredential,
): RawHeaders {
  const lent =
    inbound.credential === undefined && credential.owner === 'caller' && credential.headers.length > 0;
  return lent ? [...headers, 'anthropic-beta', LOGIN_BETA] : headers;
}

/** Asks for plain bytes, so that usage can be read as it passes. */
function plainAnswers(headers: RawHeaders): string[] {
  const outbound: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (name.length === 15 && name.toLowerCase() === 'accept-encoding') continue;
    outbound.push(name, headers[index + 1] ?? '');
  }
  outbound.push('accept-encoding', 'identity');
  return outbound;
}

/**
 * The list of gateways passed, this one last, and of a copy the exchange that it was made of, under the name that cc-proxy
 * gave it. Vendors are spared both: no loop leads through them, and they need not know who is compared with them.
 */
function ownHeaders(
  gateway: Gateway,
  { inbound, isCopy }: OpenExchange,
  provider: Provider,
): readonly string[] {
  if (isVendorOrigin(provider.origin)) return [];
  const hop = ['x-switchyard-hop', [...inbound.hops, gateway.instanceId].join(',')];
  return isCopy === true ? [...hop, 'x-shadow-request-id', inbound.id] : hop;
}

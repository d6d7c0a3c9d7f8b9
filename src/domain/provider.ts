import type { Secret } from '../lib/secret.ts';
import type { SecretHeader } from './credential.ts';
import type { Format } from './format.ts';
import type { JsonObject } from './json-value.ts';
import type { Origin } from './origin.ts';
import type { ErrorRule } from './refusal.ts';
import type { QuirkRule } from './target-quirks.ts';

/**
 * A named upstream, resolved: everything the gateway needs to talk to it, and nothing that still has to be
 * looked up. Built once per configuration snapshot.
 */
export interface Provider {
  readonly name: string;
  readonly format: Format;
  readonly origin: Origin;
  /** Set where `origin` is a chain entry's: its own. */
  readonly home?: Origin | undefined;
  /** Path in front of the format's own paths, without a trailing slash: `''` or `/api/anthropic`. */
  readonly basePath: string;
  readonly auth: ProviderAuth;
  readonly http: HttpVersion;
  /** Whether an HTTP/2 stall is answered by one try on a fresh HTTP/1.1 socket. */
  readonly h2Fallback: boolean;
  /** Redirects the socket, never the origin: TLS name, Host header and credentials stay those of the origin. */
  readonly connectTo: SocketAddress | undefined;
  /** PEM text of the certificate authorities to trust instead of the system's. */
  readonly certificateAuthorities: string | undefined;
  /** URL of an outbound HTTP proxy (CONNECT), already resolved against NO_PROXY. */
  readonly outboundProxy: OutboundProxy | undefined;
  readonly clocks: UpstreamClocks;
  readonly filters: ProviderFilters;
  readonly countTokens: CountTokensPolicy;
  /** Whether it is told which trace a request belongs to. */
  readonly traceContext?: boolean | undefined;
  /** What its models take, for requests that have to be translated. */
  readonly quirks: readonly QuirkRule[];
  /** Formats that certain models are asked in; the first that fits counts, before the client's own format. */
  readonly formatRules: readonly FormatRule[];
  /** The same provider behind its endpoints of other formats, where the configuration left the choice open. */
  readonly variants: ReadonlyMap<Format, Provider>;
  /** The chain entry after the gateway that it is reached through; origin, path and auth are then the entry's. */
  readonly via: string | undefined;
  /** Sent with every request besides the credential, and bound to the origin as it is. */
  readonly extraHeaders: readonly SecretHeader[];
  /** Chain entries that only certain models pass; the first that fits counts. */
  readonly detours: readonly Detour[];
  /** How it words its refusals; comes before what everybody means by a status. */
  readonly errorRules: readonly ErrorRule[];
  /** `undefined`: as many requests at once as come. */
  readonly limits: ProviderLimits | undefined;
  /** Set where the provider takes a list of fall-backs of its own: OpenRouter. */
  readonly openRouter?: OpenRouterRouting | undefined;
  /** What is known of single models, by their name. */
  readonly models: ReadonlyMap<string, ModelFacts>;
}

/** The provider as it is reached for models that begin with one of these. */
export interface Detour {
  readonly modelPrefixes: readonly string[];
  readonly provider: Provider;
}

/** What requests to OpenRouter carry besides what the client wrote. */
export interface OpenRouterRouting {
  /** How many models a request names at most, the one asked for included; 0 names none. */
  readonly models: number;
  /** Members to be added: `provider` with its sorting. */
  readonly members: JsonObject;
}

export interface FormatRule {
  /** A model name; `*` stands for any run of characters. */
  readonly models: string;
  readonly format: Format;
}

/** How many requests a provider gets at once, and what becomes of the others; `Infinity` where one is not limited. */
export interface ProviderLimits {
  readonly concurrent: number;
  /** Of these, at most so many charged to one account: one of the provider's keys, or one caller's own credential. */
  readonly perKey: number;
  /** Of these, at most so many of one client. */
  readonly perClient: number;
  /** How many may wait; more are refused at once. */
  readonly queue: number;
  /** How long they wait, milliseconds. */
  readonly wait: number;
}

export interface ModelFacts {
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number | undefined;
  /** Whether it can call tools; not known where nobody said. */
  readonly tools?: boolean | undefined;
}

export type HttpVersion = '1.1' | '2' | 'auto';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

export interface OutboundProxy {
  readonly origin: Origin;
  /** `Proxy-Authorization` value, when the proxy URL carried user and password. */
  readonly authorization: Secret | undefined;
}

/** Where the outbound credential comes from. */
export type ProviderAuth =
  | { readonly kind: 'caller' }
  | { readonly kind: 'none' }
  /** A secret reference that leads nowhere; `reference` is its text (`env:ZAI_API_KEY`), never its value. */
  | { readonly kind: 'missing'; readonly reference: string }
  | {
      readonly kind: 'secret';
      readonly header: string;
      readonly scheme: string | undefined;
      readonly secret: Secret;
      /** Set where there are several keys to choose from. */
      readonly ring?: KeyRing | undefined;
      /** Which of them this is, counted from 1; the first has none. */
      readonly slot?: number;
    };

/** Several keys of one provider; each has limits, breakers and cool-downs of its own. */
export interface KeyRing {
  /** `in-turn` spreads sessions over all of them; `on-refusal` keeps to the first that is ready. */
  readonly rotate: 'in-turn' | 'on-refusal';
  /** At least two, the provider's own one first. */
  readonly secrets: readonly Secret[];
}

/** What happens to `count_tokens` for this provider. */
export type CountTokensPolicy = 'forward' | 'estimate' | 'reject';

/** All in milliseconds; 0 switches a clock off. Each has its own error code. */
export interface UpstreamClocks {
  readonly connect: number;
  readonly tls: number;
  /** How long an HTTP/2 stream may wait for headers before the HTTP/1.1 retry. */
  readonly h2Headers: number;
  readonly headersStream: number;
  readonly headersWhole: number;
  /** From the response's head to its first content event. */
  readonly firstEvent: number;
  /** Between two pieces of a response. */
  readonly idle: number;
  readonly totalStream: number;
  readonly totalWhole: number;
}

/**
 * What is taken out of a request before it reaches a third party. Empty for Anthropic itself.
 * A header value and its body fields always go together: a field without its beta is a 400.
 */
export interface ProviderFilters {
  /** Which `anthropic-beta` values pass. */
  readonly betas: BetaFilter;
  /** `foreign` removes thinking blocks whose signature another provider issued; `all` removes every one. */
  readonly thinking: 'keep' | 'foreign' | 'all';
  /** Removes the system block with Claude Code's per-conversation billing header: it ruins prefix caches. */
  readonly billingHeader: 'keep' | 'remove';
}

export type BetaFilter =
  | { readonly kind: 'keep' }
  | { readonly kind: 'allow'; readonly values: readonly string[] }
  | { readonly kind: 'deny'; readonly values: readonly string[] };

import type { Format } from '../domain/format.ts';
import type { ErrorRule } from '../domain/refusal.ts';
import type { CountTokensPolicy, FormatRule, HttpVersion, ProviderFilters } from '../domain/provider.ts';
import type { QuirkRule } from '../domain/target-quirks.ts';

/** What is known in advance about a provider, so that a user need only name it. Quirks live here and nowhere else. */
export interface ProviderDescriptor {
  readonly name: string;
  /** Hosts that identify it in a base URL; one with a leading dot stands for all its subdomains. */
  readonly hosts: readonly string[];
  /** Where it answers, one entry per wire format; the first is used when the configuration names no format. */
  readonly endpoints: readonly [ProviderEndpoint, ...ProviderEndpoint[]];
  readonly credential: DescriptorCredential;
  readonly http: HttpVersion;
  readonly filters: ProviderFilters;
  readonly countTokens: CountTokensPolicy;
  /** How it words its refusals, where that differs from what everybody means by a status. */
  readonly errorRules?: readonly ErrorRule[];
  /** What its models take; see `quirk-tables.ts`. */
  readonly quirks: readonly QuirkRule[];
  /** What is known of its models; far from all of them. */
  readonly models: readonly KnownModel[];
  /**
   * Whether all endpoints serve the same key and models, so that a client may be given the one of its own format.
   * Where they do not (Z.ai sells its endpoints separately), the configuration has to name one.
   */
  readonly mixesFormats: boolean;
  /** Models that are asked in one format whatever the client speaks. */
  readonly formatRules: readonly FormatRule[];
}

/** A model by the name its provider gives it, with its limits in tokens. */
export interface KnownModel {
  readonly id: string;
  /** Prompt and output together. */
  readonly context: number;
  readonly output: number;
}

export interface ProviderEndpoint {
  readonly format: Format;
  /** As it stands in `base_url`: what comes in front of the format's own paths. */
  readonly baseUrl: string;
  readonly header: CredentialHeader;
}

/** The header a provider reads its key from; `scheme` is the word in front of the key, as in `Bearer`. */
export interface CredentialHeader {
  readonly name: string;
  readonly scheme: string | undefined;
}

type DescriptorCredential =
  | { readonly kind: 'caller' }
  | { readonly kind: 'none' }
  /** The environment variable the key is looked for in, unless the configuration names another reference. */
  | { readonly kind: 'secret'; readonly variable: string };

export const API_KEY_HEADER: CredentialHeader = { name: 'x-api-key', scheme: undefined };
export const GOOGLE_KEY_HEADER: CredentialHeader = { name: 'x-goog-api-key', scheme: undefined };
export const BEARER_HEADER: CredentialHeader = { name: 'authorization', scheme: 'Bearer' };

/**
 * What every provider but Anthropic is spared: betas it does not know (a 400), signatures it did not issue
 * (a 400), and the billing line that differs in each conversation (a cold prefix cache).
 */
export const THIRD_PARTY_FILTERS: ProviderFilters = {
  betas: { kind: 'allow', values: [] },
  thinking: 'foreign',
  billingHeader: 'remove',
};

export const NO_FILTERS: ProviderFilters = {
  betas: { kind: 'keep' },
  thinking: 'keep',
  billingHeader: 'keep',
};

/** The header a format's vendor reads keys from; third parties mostly follow. */
export function usualHeader(format: Format): CredentialHeader {
  if (format === 'anthropic-messages') return API_KEY_HEADER;
  if (format === 'gemini') return GOOGLE_KEY_HEADER;
  return BEARER_HEADER;
}

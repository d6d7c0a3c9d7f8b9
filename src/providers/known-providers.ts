import type { Format } from '../domain/format.ts';
import { originOf, type Origin } from '../domain/origin.ts';
import type { ProviderDescriptor, ProviderEndpoint } from './descriptor.ts';
import { HOSTED_PROVIDERS } from './hosted-providers.ts';
import { LOCAL_PROVIDERS } from './local-providers.ts';

/** Every provider that can be configured by its name alone. */
export const KNOWN_PROVIDERS: readonly ProviderDescriptor[] = [...HOSTED_PROVIDERS, ...LOCAL_PROVIDERS];

export function descriptorByName(name: string): ProviderDescriptor | undefined {
  return KNOWN_PROVIDERS.find((descriptor) => descriptor.name === name);
}

/** The provider a base URL belongs to, by its host; `undefined` for strangers and for what is not a URL. */
export function descriptorByUrl(baseUrl: string): ProviderDescriptor | undefined {
  const host = URL.parse(baseUrl)?.hostname;
  if (host === undefined || host === '') return undefined;
  return KNOWN_PROVIDERS.find(({ hosts }) => hosts.some((known) => hostMatches(host, known)));
}

const VENDOR_ORIGINS: ReadonlySet<Origin> = new Set(
  HOSTED_PROVIDERS.flatMap(({ endpoints }) => endpoints.map(({ baseUrl }) => originOf(new URL(baseUrl)))),
);

/** Whether an origin is a vendor's own, and so cannot be a gateway that leads back here. */
export function isVendorOrigin(origin: Origin): boolean {
  return VENDOR_ORIGINS.has(origin);
}

function hostMatches(host: string, known: string): boolean {
  return known.startsWith('.') ? host === known.slice(1) || host.endsWith(known) : host === known;
}

/**
 * Which of a provider's endpoints is meant. A format, where it is given, decides; otherwise a base URL that
 * equals a listed one does; otherwise it is the first.
 */
export function chooseEndpoint(
  descriptor: ProviderDescriptor,
  wanted: { readonly format: Format | undefined; readonly baseUrl: string | undefined },
): ProviderEndpoint | undefined {
  const fitting = descriptor.endpoints.filter(
    ({ format }) => wanted.format === undefined || format === wanted.format,
  );
  const named = fitting.find(({ baseUrl }) => baseUrl === wanted.baseUrl?.replace(/\/+$/, ''));
  return named ?? fitting[0];
}

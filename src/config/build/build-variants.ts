import type { Format } from '../../domain/format.ts';
import { originOf } from '../../domain/origin.ts';
import type { Provider, ProviderAuth } from '../../domain/provider.ts';
import type { CredentialHeader, ProviderDescriptor } from '../../providers/descriptor.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/**
 * The provider with its endpoints of other formats, so that each client is given the one of its own. Only where the
 * configuration names neither format nor base URL: who names one means that one.
 */
export function withVariants(
  build: SnapshotBuild,
  provider: Provider,
  descriptor: ProviderDescriptor | undefined,
): Provider {
  if (descriptor?.mixesFormats !== true) return provider;
  const { merged } = build.input;
  const isLeftOpen = (key: string): boolean =>
    merged.locate(['providers', provider.name, key]).kind === 'default';
  if (!isLeftOpen('format') || !isLeftOpen('base_url')) return provider;
  const { auth: written } = build.input.config.providers[provider.name] ?? {};
  const hasOwnHeader = !isLeftOpen('auth') && typeof written === 'object' && written.header !== undefined;
  const variants = new Map<Format, Provider>();
  for (const { format, baseUrl, header } of descriptor.endpoints) {
    const url = new URL(baseUrl);
    if (format === provider.format || variants.has(format) || originOf(url) !== provider.origin) continue;
    const auth = hasOwnHeader ? provider.auth : withHeader(provider.auth, header);
    variants.set(format, { ...provider, format, basePath: url.pathname.replace(/\/+$/, ''), auth });
  }
  return { ...provider, variants, formatRules: descriptor.formatRules };
}

function withHeader(auth: ProviderAuth, header: CredentialHeader): ProviderAuth {
  return auth.kind === 'secret' ? { ...auth, header: header.name, scheme: header.scheme } : auth;
}

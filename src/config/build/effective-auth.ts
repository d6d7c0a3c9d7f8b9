import { usualHeader, type ProviderDescriptor } from '../../providers/descriptor.ts';
import { chooseEndpoint } from '../../providers/known-providers.ts';
import { descriptorOf } from './provider-defaults.ts';
import type { CompleteProvider } from '../schema/config-schema.ts';

/** A provider's `auth` with everything filled in that is known of the provider or usual for its format. */
export type EffectiveAuth =
  | { readonly kind: 'caller' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'secret';
      /** In lower case. */
      readonly header: string;
      readonly scheme: string | undefined;
      /** `undefined` when neither the entry nor what is known of the provider says where the key is. */
      readonly reference: string | undefined;
      /** Further keys, where there are several. */
      readonly others: readonly string[];
    };

export function effectiveAuth(name: string, provider: CompleteProvider): EffectiveAuth {
  const { auth, format } = provider;
  if (auth === 'caller' || auth === 'none') return { kind: auth };
  const descriptor = descriptorOf(name, { type: provider.type, baseUrl: provider.base_url });
  const [reference = usualReference(descriptor), ...others] =
    auth.secrets ?? (auth.secret === undefined ? [] : [auth.secret]);
  if (auth.header !== undefined) {
    const scheme = auth.scheme ?? (auth.header === 'authorization' ? 'Bearer' : undefined);
    return { kind: 'secret', header: auth.header, scheme, reference, others };
  }
  const endpoint = descriptor && chooseEndpoint(descriptor, { format, baseUrl: provider.base_url });
  const usual = endpoint?.header ?? usualHeader(format);
  return { kind: 'secret', header: usual.name, scheme: auth.scheme ?? usual.scheme, reference, others };
}

function usualReference(descriptor: ProviderDescriptor | undefined): string | undefined {
  return descriptor?.credential.kind === 'secret' ? `env:${descriptor.credential.variable}` : undefined;
}

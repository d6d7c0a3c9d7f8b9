import type { ProviderAuth } from '../domain/provider.ts';
import { effectiveAuth } from './effective-auth.ts';
import type { CompleteProvider } from './schema/config-schema.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

/**
 * How requests to a provider are authenticated. A secret that is not there does not stop the gateway: other
 * providers work, and requests to this one are answered with what is missing.
 */
export function buildAuth(build: SnapshotBuild, name: string, provider: CompleteProvider): ProviderAuth {
  const auth = effectiveAuth(name, provider);
  if (auth.kind !== 'secret') return auth;
  const path = ['providers', name, 'auth'];
  const { reference, header, scheme } = auth;
  if (reference === undefined) {
    build.error(path, 'names no secret', 'Add secret: env:NAME or file:PATH.');
    return { kind: 'missing', reference: '' };
  }
  const resolved = build.input.secrets.get(reference);
  if (resolved?.kind === 'present') return { kind: 'secret', header, scheme, secret: resolved.value };
  const reason = resolved?.reason ?? 'it was not looked up';
  build.warn(path, `has no credential: ${reason}`, `Requests to ${name} are refused until it is there.`);
  return { kind: 'missing', reference };
}

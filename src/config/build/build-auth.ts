import type { ProviderAuth } from '../../domain/provider.ts';
import type { Secret } from '../../lib/secret.ts';
import { effectiveAuth } from './effective-auth.ts';
import type { CompleteProvider } from '../schema/config-schema.ts';
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
  const written = typeof provider.auth === 'object' ? provider.auth : {};
  if (written.secret !== undefined && written.secrets !== undefined)
    build.error(path, 'has both secret and secrets', 'Keep one of the two.');
  const found = [reference, ...auth.others].map((each) => followed(build, path, each));
  const [secret, ...others] = found.filter((each) => each !== undefined);
  if (secret === undefined) return { kind: 'missing', reference };
  if (others.length === 0) return { kind: 'secret', header, scheme, secret };
  const { rotate = 'on-refusal' } = written;
  return { kind: 'secret', header, scheme, secret, ring: { rotate, secrets: [secret, ...others] } };
}

/** A key that is not there is told; the others serve without it. */
function followed(build: SnapshotBuild, path: readonly string[], reference: string): Secret | undefined {
  const resolved = build.input.secrets.get(reference);
  if (resolved?.kind === 'present') return resolved.value;
  const reason = resolved?.reason ?? 'it was not looked up';
  build.warn(
    path,
    `has no credential: ${reason}`,
    'Requests go without it until it is there, or are refused where it is the only one.',
  );
  return undefined;
}

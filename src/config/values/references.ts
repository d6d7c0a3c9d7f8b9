import { alertReferences } from '../build/build-alerts.ts';
import { effectiveAuth } from '../build/effective-auth.ts';
import type { CompleteConfig, CompleteProvider } from '../schema/config-schema.ts';
import type { EntrySection } from '../schema/chain-section.ts';
import { parseSecretReference } from './secret-reference.ts';

/** What has to be fetched from outside before a snapshot can be built, as it is written in the configuration. */
export interface References {
  /** `env:NAME` and `file:PATH`, each once. */
  readonly secrets: readonly string[];
  /** Paths of certificate files, each once. */
  readonly certificateFiles: readonly string[];
  /** Paths of scripts, each once. */
  readonly scripts: readonly string[];
}

export function collectReferences(config: CompleteConfig): References {
  const providers = Object.entries(config.providers);
  const secrets = [
    ...config.server.client_keys.map(({ secret }) => secret),
    ...providers.flatMap(([name, provider]) => authReference(name, provider)),
    ...providers.flatMap(([, { proxy }]) =>
      proxy !== undefined && parseSecretReference(proxy) ? proxy : [],
    ),
    ...tracingReferences(config),
    ...alertReferences(config),
  ];
  const chained = config.chain.entries.flatMap(chainReferences);
  const files = providers.flatMap(([, provider]) => provider.ca_file ?? []);
  const script = config.tasks.custom_router?.path;
  return {
    secrets: [...new Set([...secrets, ...chained])],
    certificateFiles: [...new Set(files)],
    scripts: script === undefined ? [] : [script],
  };
}

/** What several configurations need together, each once. */
export function unitedReferences(all: readonly References[]): References {
  const united = (pick: (references: References) => readonly string[]): readonly string[] => [
    ...new Set(all.flatMap(pick)),
  ];
  return {
    secrets: united(({ secrets }) => secrets),
    certificateFiles: united(({ certificateFiles }) => certificateFiles),
    scripts: united(({ scripts }) => scripts),
  };
}

function chainReferences({
  auth_key: key,
  extra_headers: headers,
  service_env: env,
}: EntrySection): string[] {
  const texts = [...Object.values(headers ?? {}), ...Object.values(env ?? {})];
  const references = texts.filter((text) => parseSecretReference(text) !== undefined);
  return key === undefined ? references : [key, ...references];
}

function tracingReferences({ tracing }: CompleteConfig): readonly string[] {
  if (typeof tracing.headers === 'string') return [tracing.headers];
  return Object.values(tracing.headers ?? {});
}

function authReference(name: string, provider: CompleteProvider): readonly string[] {
  const auth = effectiveAuth(name, provider);
  return auth.kind === 'secret' && auth.reference !== undefined ? [auth.reference, ...auth.others] : [];
}

import { Secret } from '../lib/secret.ts';
import { assembleConfig, type Assembly } from './layers/assemble.ts';
import { buildSnapshot, type SnapshotResult } from './build/build-snapshot.ts';
import type { ConfigFlags } from './compat/flags.ts';
import { formatProblem } from './problems/problem.ts';
import { collectReferences } from './values/references.ts';

/** What a test configures; everything else is absent. */
export interface Situation {
  readonly yaml?: string;
  readonly toml?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly flags?: ConfigFlags;
  readonly machine?: readonly string[];
  /** PEM text by configured path. */
  readonly certificates?: Readonly<Record<string, string>>;
}

export function assemble({ yaml, toml, variables = {}, flags = {} }: Situation): Assembly {
  const text = yaml ?? toml;
  const path = toml === undefined ? 'switchyard.yaml' : 'cc-proxy.toml';
  return assembleConfig({
    file: text === undefined ? undefined : { path, text },
    environment: { values: variables, files: new Map() },
    flags,
  });
}

/** From text to snapshot as the program does it, with the environment as the only place for secrets. */
export function build(situation: Situation): SnapshotResult & { readonly texts: readonly string[] } {
  const { config, merged, problems } = assemble(situation);
  if (config === undefined) return { snapshot: undefined, problems, texts: problems.map(formatProblem) };
  const variables: Readonly<Record<string, string>> = situation.variables ?? {};
  const secrets = collectReferences(config).secrets.map((reference) => {
    const value = variables[reference.replace('env:', '')];
    const resolved =
      value === undefined
        ? ({ kind: 'missing', reason: 'the environment variable is not set' } as const)
        : ({ kind: 'present', value: new Secret(value) } as const);
    return [reference, resolved] as const;
  });
  const certificates = Object.entries(situation.certificates ?? {}).map(
    ([path, value]) => [path, { kind: 'present', value } as const] as const,
  );
  const scripts = collectReferences(config)
    .scripts.filter((path) => path.startsWith('/'))
    .map((path) => [path, { kind: 'present', value: { path, fingerprint: 'f' } } as const] as const);
  const result = buildSnapshot(
    {
      config,
      merged,
      secrets: new Map(secrets),
      certificates: new Map(certificates),
      scripts: new Map(scripts),
      environment: variables,
      machine: situation.machine ?? [],
      allowAnthropicOnly: situation.flags?.allowAnthropicOnly,
    },
    problems,
  );
  return { ...result, texts: result.problems.map(formatProblem) };
}

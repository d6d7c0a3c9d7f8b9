import { dirname } from 'node:path';
import { assembleConfig } from '../config/assemble.ts';
import { buildSnapshot } from '../config/build-snapshot.ts';
import type { MergedLayers } from '../config/layers.ts';
import { hasError, type ConfigProblem } from '../config/problem.ts';
import { collectReferences } from '../config/references.ts';
import type { ConfigSnapshot } from '../config/snapshot.ts';
import type { ConfigPaths } from './config-paths.ts';
import { ownMachine } from './own-machine.ts';
import { readSources, type LoadRequest } from './read-sources.ts';
import { resolveReferences, type ResolvedReferences } from './resolve-references.ts';

/** What came of reading the configuration. `problems` holds everything worth telling, warnings included. */
export type LoadedConfig = LoadedCommon &
  (
    | { readonly kind: 'valid'; readonly snapshot: ConfigSnapshot }
    /** At least one problem is an error. */
    | { readonly kind: 'invalid'; readonly snapshot: undefined }
  );

interface LoadedCommon {
  readonly problems: readonly ConfigProblem[];
  /** Every setting and where it comes from; references only, no secret. */
  readonly provenance: MergedLayers;
  /** The configuration file, whether it exists or not. */
  readonly file: string;
  readonly fileExists: boolean;
  /** What the file holds; `undefined` when there is none or it cannot be read. */
  readonly text: string | undefined;
  readonly paths: ConfigPaths;
  /** Secret references and whether something is there. */
  readonly secrets: ReadonlyMap<string, 'present' | 'missing'>;
  /** Every file a change of which changes the result; for hot reload. */
  readonly files: readonly string[];
}

/**
 * Reads the configuration of this user: the file, the environment with its `.env` files, the flags. Never
 * throws for what is in them, has no effect on anything, and reads nothing from the working directory.
 */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const { flags } = request;
  const sources = await readSources(request);
  const { paths, file, environment, keys } = sources;
  const assembly = assembleConfig({ file, chain: sources.chain, environment, flags });
  const problems = [...sources.problems, ...assembly.problems];
  const common = {
    provenance: assembly.merged,
    file: sources.path,
    fileExists: file !== undefined,
    text: file?.text,
    paths,
  };
  if (assembly.config === undefined || hasError(problems)) {
    const { files } = sources;
    return { ...common, kind: 'invalid', snapshot: undefined, problems, secrets: new Map(), files };
  }
  const references = await resolveReferences(collectReferences(assembly.config), {
    environment: environment.values,
    baseDirectory: dirname(sources.path),
  });
  const result = buildSnapshot(
    {
      config: assembly.config,
      merged: assembly.merged,
      secrets: references.secrets,
      certificates: references.certificates,
      scripts: references.scripts,
      environment: environment.values,
      machine: request.machine ?? ownMachine(),
      clientKeys: keys,
      allowAnthropicOnly: flags.allowAnthropicOnly,
    },
    [...problems, ...references.warnings.map(laxFile)],
  );
  const rest = {
    ...common,
    problems: result.problems,
    secrets: presenceOf(references),
    files: [...sources.files, ...references.files],
  };
  return result.snapshot === undefined
    ? { ...rest, kind: 'invalid', snapshot: undefined }
    : { ...rest, kind: 'valid', snapshot: result.snapshot };
}

function laxFile(message: string): ConfigProblem {
  return { severity: 'warning', source: undefined, path: [], message, remedy: '' };
}

function presenceOf({ secrets }: ResolvedReferences): ReadonlyMap<string, 'present' | 'missing'> {
  return new Map([...secrets].map(([reference, { kind }]) => [reference, kind]));
}

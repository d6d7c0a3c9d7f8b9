import { dirname } from 'node:path';
import { assembleConfig, type AssembleInput, type Assembly } from '../config/layers/assemble.ts';
import { buildSnapshot, type SnapshotResult } from '../config/build/build-snapshot.ts';
import type { MergedLayers } from '../config/layers/layers.ts';
import { formatProblem, hasError, type ConfigProblem } from '../config/problems/problem.ts';
import { isRawObject, ownValue } from '../config/layers/raw-value.ts';
import type { StoredClientKey } from '../config/values/client-key-file.ts';
import { collectReferences, unitedReferences } from '../config/values/references.ts';
import type { SnapshotInput } from '../config/build/snapshot-build.ts';
import type { ConfigSnapshot } from '../config/snapshot.ts';
import type { ConfigPaths } from './config-paths.ts';
import { ownMachine } from './own-machine.ts';
import { readSources, type ConfigSources, type LoadRequest } from './read-sources.ts';
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
  /** Keys that `switchyard keys` has issued; `undefined`: there are none, or they cannot be read. */
  readonly clientKeys: readonly StoredClientKey[] | undefined;
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
  const { paths, file, chain, environment } = sources;
  const assembly = assembleConfig({ file, chain, environment, flags });
  const profiles = assembleProfiles(assembly, { file, chain, environment, flags });
  const problems = told([sources, assembly, ...profiles.values()]);
  const common = {
    provenance: assembly.merged,
    file: sources.path,
    fileExists: file !== undefined,
    text: file?.text,
    clientKeys: sources.keys,
    paths,
  };
  if (assembly.config === undefined || hasError(problems)) {
    const { files } = sources;
    return { ...common, kind: 'invalid', snapshot: undefined, problems, secrets: new Map(), files };
  }
  const configs = [assembly, ...profiles.values()].flatMap(({ config }) => config ?? []);
  const references = await resolveReferences(unitedReferences(configs.map(collectReferences)), {
    environment: environment.values,
    baseDirectory: dirname(sources.path),
  });
  const lax = references.warnings.map(laxFile);
  const result = buildAll(
    { request, sources, references },
    { assembly, profiles, problems: [...problems, ...lax] },
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

type Profiles = ReadonlyMap<string, Assembly>;

/** Every profile as if it were in use: what is wrong with one is told before somebody asks for it. */
function assembleProfiles({ merged }: Assembly, input: AssembleInput): Profiles {
  const profiles = ownValue(merged.values, 'profiles');
  const names = isRawObject(profiles) ? Object.keys(profiles) : [];
  return new Map(names.map((profile) => [profile, assembleConfig({ ...input, profile })]));
}

interface Found {
  readonly request: LoadRequest;
  readonly sources: ConfigSources;
  readonly references: ResolvedReferences;
}

interface Assembled {
  readonly assembly: Assembly;
  readonly profiles: Profiles;
  readonly problems: readonly ConfigProblem[];
}

function buildAll(found: Found, { assembly, profiles, problems }: Assembled): SnapshotResult {
  const results = new Map(
    [...profiles].map(([name, each]) => [name, build(found, each, { problems: [], profile: name })]),
  );
  const snapshots = [...results].flatMap(([name, { snapshot }]) =>
    snapshot === undefined ? [] : [[name, snapshot] as const],
  );
  const result = build(found, assembly, { problems, profiles: new Map(snapshots) });
  const all = told([result, ...results.values()]);
  return hasError(all) ? { snapshot: undefined, problems: all } : { ...result, problems: all };
}

function build(
  { request, sources, references }: Found,
  { merged, config }: Assembly,
  { problems, profile, profiles }: Pick<Assembled, 'problems'> & Pick<SnapshotInput, 'profile' | 'profiles'>,
): SnapshotResult {
  if (config === undefined) return { snapshot: undefined, problems };
  const input: SnapshotInput = {
    config,
    merged,
    secrets: references.secrets,
    certificates: references.certificates,
    scripts: references.scripts,
    environment: sources.environment.values,
    machine: request.machine ?? ownMachine(),
    clientKeys: sources.keys,
    allowAnthropicOnly: request.flags.allowAnthropicOnly,
    profile,
    ...(profiles === undefined ? {} : { profiles }),
  };
  return buildSnapshot(input, problems);
}

/** All problems, each once: what is wrong with the file is wrong with every profile. */
function told(sources: readonly { readonly problems: readonly ConfigProblem[] }[]): readonly ConfigProblem[] {
  const all = sources
    .flatMap(({ problems }) => problems)
    .map((problem) => [formatProblem(problem), problem] as const);
  return [...new Map(all.toReversed()).values()].toReversed();
}

function laxFile(message: string): ConfigProblem {
  return { severity: 'warning', source: undefined, path: [], message, remedy: '' };
}

function presenceOf({ secrets }: ResolvedReferences): ReadonlyMap<string, 'present' | 'missing'> {
  return new Map([...secrets].map(([reference, { kind }]) => [reference, kind]));
}

import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleConfig, type ConfigFile } from '../config/assemble.ts';
import { buildSnapshot } from '../config/build-snapshot.ts';
import { readVariable, type Environment } from '../config/compat/environment.ts';
import type { ConfigFlags } from '../config/compat/flags.ts';
import type { MergedLayers } from '../config/layers.ts';
import { hasError, type ConfigProblem } from '../config/problem.ts';
import { collectReferences } from '../config/references.ts';
import type { ConfigSnapshot } from '../config/snapshot.ts';
import { configPaths, type ConfigPaths } from './config-paths.ts';
import { ownMachine } from './own-machine.ts';
import { readEnvironment } from './read-environment.ts';
import { readTextFile } from './read-text-file.ts';
import { resolveReferences, type ResolvedReferences } from './resolve-references.ts';

export interface LoadRequest {
  readonly flags: ConfigFlags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For tests; the running system otherwise. */
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  /** The folder of the program; its `.env` is read. */
  readonly programRoot?: string;
  /** This machine's addresses and names. */
  readonly machine?: readonly string[];
  /** Taken for what the configuration file holds, to try out a text before it is written. */
  readonly text?: string;
}

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

const PROGRAM_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Reads the configuration of this user: the file, the environment with its `.env` files, the flags. Never
 * throws for what is in them, has no effect on anything, and reads nothing from the working directory.
 */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const { flags } = request;
  const paths = configPaths({
    platform: request.platform ?? process.platform,
    home: request.home ?? (request.environment['HOME'] || homedir()),
    environment: request.environment,
  });
  const { environment, ...reading } = await readEnvironment({
    environment: request.environment,
    configDirectory: paths.configDirectory,
    programRoot: request.programRoot ?? PROGRAM_ROOT,
    envFile: flags.envFile === undefined ? undefined : resolve(flags.envFile),
  });
  const choice = chooseFile(flags, environment, paths);
  const opened =
    request.text === undefined
      ? await openFile(choice)
      : { file: { path: choice.path, text: request.text }, problems: [] };
  const chain = await openChain(flags);
  const assembly = assembleConfig({ file: opened.file, chain: chain.file, environment, flags });
  const problems = [...reading.problems, ...opened.problems, ...chain.problems, ...assembly.problems];
  const common = {
    provenance: assembly.merged,
    file: choice.path,
    fileExists: opened.file !== undefined,
    text: opened.file?.text,
    paths,
  };
  const files = [choice.path, ...reading.files, ...(chain.file === undefined ? [] : [chain.file.path])];
  if (assembly.config === undefined || hasError(problems)) {
    return { ...common, kind: 'invalid', snapshot: undefined, problems, secrets: new Map(), files };
  }
  const references = await resolveReferences(collectReferences(assembly.config), {
    environment: environment.values,
    baseDirectory: dirname(choice.path),
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
      allowAnthropicOnly: flags.allowAnthropicOnly,
    },
    [...problems, ...references.warnings.map(laxFile)],
  );
  const rest = {
    ...common,
    problems: result.problems,
    secrets: presenceOf(references),
    files: [...files, ...references.files],
  };
  return result.snapshot === undefined
    ? { ...rest, kind: 'invalid', snapshot: undefined }
    : { ...rest, kind: 'valid', snapshot: result.snapshot };
}

interface FileChoice {
  readonly path: string;
  /** Somebody asked for this very file, so that it must be there. */
  readonly isNamed: boolean;
}

/** `--config`, then SWITCHYARD_CONFIG, then CC_PROXY_CONFIG, then the user's own place. */
function chooseFile(flags: ConfigFlags, environment: Environment, paths: ConfigPaths): FileChoice {
  if (flags.config !== undefined) return { path: resolve(flags.config), isNamed: true };
  const variable = ['SWITCHYARD_CONFIG', 'CC_PROXY_CONFIG'].find(
    (name) => readVariable(environment, name) !== undefined,
  );
  const named = variable === undefined ? undefined : readVariable(environment, variable);
  if (variable === undefined || named === undefined) return { path: paths.configFile, isNamed: false };
  const envFile = environment.files.get(variable);
  return { path: envFile === undefined ? resolve(named) : resolve(dirname(envFile), named), isNamed: true };
}

async function openFile({ path, isNamed }: FileChoice): Promise<{
  readonly file: ConfigFile | undefined;
  readonly problems: readonly ConfigProblem[];
}> {
  const read = await readTextFile(path);
  if (read.kind === 'read') return { file: { path, text: read.text }, problems: [] };
  if (read.kind === 'absent' && !isNamed) return { file: undefined, problems: [] };
  const reason = read.kind === 'absent' ? 'it does not exist' : read.reason;
  const problem: ConfigProblem = {
    severity: 'error',
    source: { kind: 'file', path, line: undefined, column: undefined },
    path: [],
    message: `The configuration file cannot be read: ${reason}`,
    remedy: '',
  };
  return { file: undefined, problems: [problem] };
}

async function openChain({ chain }: ConfigFlags): ReturnType<typeof openFile> {
  return chain === undefined
    ? { file: undefined, problems: [] }
    : openFile({ path: resolve(chain), isNamed: true });
}

function laxFile(message: string): ConfigProblem {
  return { severity: 'warning', source: undefined, path: [], message, remedy: '' };
}

function presenceOf({ secrets }: ResolvedReferences): ReadonlyMap<string, 'present' | 'missing'> {
  return new Map([...secrets].map(([reference, { kind }]) => [reference, kind]));
}

import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigFile } from '../config/layers/assemble.ts';
import { parseClientKeyFile, type StoredClientKey } from '../config/values/client-key-file.ts';
import { readVariable, type Environment } from '../config/compat/environment.ts';
import type { ConfigFlags } from '../config/compat/flags.ts';
import type { ConfigProblem } from '../config/problems/problem.ts';
import { clientKeyFile } from './client-keys/client-key-store.ts';
import { configPaths, type ConfigPaths } from './config-paths.ts';
import { readEnvironment } from './read-environment.ts';
import { readTextFile } from './read-text-file.ts';

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

/** Everything a configuration is put together from, as it was found. */
export interface ConfigSources {
  readonly paths: ConfigPaths;
  readonly environment: Environment;
  /** Where the configuration file is, or would be. */
  readonly path: string;
  readonly file: ConfigFile | undefined;
  readonly chain: ConfigFile | undefined;
  /** `undefined`: no key was ever issued. */
  readonly keys: readonly StoredClientKey[] | undefined;
  readonly problems: readonly ConfigProblem[];
  /** What was read, and what was looked for in vain. */
  readonly files: readonly string[];
}

const PROGRAM_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function readSources(request: LoadRequest): Promise<ConfigSources> {
  const { flags, text } = request;
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
  const { path } = choice;
  const opened = text === undefined ? await openFile(choice) : { file: { path, text }, problems: [] };
  const chain = await openChain(flags);
  const keys = await openClientKeys(clientKeyFile(paths.stateDirectory));
  const chainFiles = chain.file === undefined ? [] : [chain.file.path];
  return {
    paths,
    environment,
    path,
    file: opened.file,
    chain: chain.file,
    keys: keys.keys,
    problems: [...reading.problems, ...opened.problems, ...chain.problems, ...keys.problems],
    files: [path, ...reading.files, ...chainFiles, keys.path],
  };
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

/** Keys that cannot be read lock nobody out silently: they are a mistake like any other. */
async function openClientKeys(path: string): Promise<{
  readonly path: string;
  readonly keys: readonly StoredClientKey[] | undefined;
  readonly problems: readonly ConfigProblem[];
}> {
  const file = await readTextFile(path);
  if (file.kind === 'absent') return { path, keys: undefined, problems: [] };
  const keys = file.kind === 'read' ? parseClientKeyFile(file.text) : undefined;
  if (keys !== undefined) return { path, keys, problems: [] };
  const problem: ConfigProblem = {
    severity: 'error',
    source: { kind: 'file', path, line: undefined, column: undefined },
    path: [],
    message: `The file of client keys cannot be used: ${file.kind === 'read' ? 'it is damaged' : file.reason}`,
    remedy: 'Restore it, or remove it and make the keys again with: switchyard keys create NAME.',
  };
  return { path, keys: undefined, problems: [problem] };
}

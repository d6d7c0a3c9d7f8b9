import { accessSync, constants, statSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { delimiter, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CustomRouterSettings } from '../tasks/custom-router-settings.ts';
import { PYTHON_CHILD } from './python-child.ts';

/** The process that runs a script. */
export interface ScriptCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const JAVASCRIPT_CHILD = fileURLToPath(new URL('./javascript-child.ts', import.meta.url));
const JAVASCRIPT = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);
/** Names of Python 3 on the systems we know, in the order in which they are looked for. */
const PYTHONS = ['python3', 'py', 'python'];

/** What a script gets of the gateway's environment, where the keys of the providers are. */
const PASSED_ON = [
  'PATH',
  'Path',
  'PATHEXT',
  'HOME',
  'USERPROFILE',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'TZ',
];

/** @returns the reason, as text, when there is nothing that could run the script */
export function commandFor(
  { path, memory }: Pick<CustomRouterSettings, 'path' | 'memory'>,
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): ScriptCommand | string {
  const kind = extname(path).toLowerCase();
  const own = reduced(environment);
  if (JAVASCRIPT.has(kind)) {
    const cache = getCompileCacheDir();
    return {
      program: process.execPath,
      arguments: ['--disable-warning=ExperimentalWarning', JAVASCRIPT_CHILD, path, String(memory)],
      environment: cache === undefined ? own : { ...own, NODE_COMPILE_CACHE: dirname(cache) },
    };
  }
  if (kind !== '.py') return `${path} is neither JavaScript, TypeScript nor Python`;
  const python = PYTHONS.map((name) => findProgram(name, environment, platform)).find(Boolean);
  if (python === undefined) return 'no Python is found on PATH';
  return {
    program: python,
    arguments: ['-u', '-c', PYTHON_CHILD, path, String(memory)],
    environment: { ...own, PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' },
  };
}

function reduced(environment: Environment): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = environment[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function findProgram(name: string, environment: Environment, platform: NodeJS.Platform): string | undefined {
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter(Boolean);
  const endings = platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const files = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return files.find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

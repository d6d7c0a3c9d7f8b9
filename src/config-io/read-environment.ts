import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../config/compat/environment.ts';
import type { ConfigProblem } from '../config/problems/problem.ts';
import { readTextFile } from './read-text-file.ts';

export interface EnvironmentQuestion {
  /** The real environment: it wins over every file. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly configDirectory: string;
  /** The folder the program itself lies in: the clone, for those who run it from one. */
  readonly programRoot: string;
  /** From `--env-file`; wins over the other files. */
  readonly envFile: string | undefined;
}

export interface EnvironmentReading {
  readonly environment: Environment;
  readonly problems: readonly ConfigProblem[];
  /** Where `.env` files were looked for, strongest first: one that appears there later counts, too. */
  readonly files: readonly string[];
}

/**
 * The environment with what `.env` files add to it. Only three places are looked at; the working directory is
 * none of them: a repository that a client works on must not configure the gateway. The process environment
 * is not changed, so children do not inherit the keys.
 */
export async function readEnvironment(question: EnvironmentQuestion): Promise<EnvironmentReading> {
  const places = [
    question.envFile,
    join(question.configDirectory, '.env'),
    join(question.programRoot, '.env'),
  ];
  const files = [...new Set(places.filter((place) => place !== undefined))];
  const values = new Map<string, string>();
  const origins = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  for (const path of files) {
    const file = await readTextFile(path);
    if (file.kind === 'read') {
      for (const [name, value] of Object.entries(parseEnv(file.text))) {
        if (value === undefined || values.has(name) || isSet(question.environment[name])) continue;
        values.set(name, value);
        origins.set(name, path);
      }
    } else if (file.kind === 'unreadable' || path === question.envFile) {
      problems.push(unreadable(path, file.kind === 'unreadable' ? file.reason : 'it does not exist'));
    }
  }
  problems.push(...lateVariables(origins));
  const environment = { values: { ...question.environment, ...Object.fromEntries(values) }, files: origins };
  return { environment, problems, files };
}

/** An empty variable says nothing; a file may still say something. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}

function unreadable(path: string, reason: string): ConfigProblem {
  return {
    severity: 'error',
    source: { kind: 'file', path, line: undefined, column: undefined },
    path: [],
    message: `The file of environment variables cannot be read: ${reason}`,
    remedy: 'Repair or remove it.',
  };
}

/** Read by the runtime before this program starts: in a file they come too late. */
const LATE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'SWITCHYARD_HOME'];

function lateVariables(origins: ReadonlyMap<string, string>): readonly ConfigProblem[] {
  return LATE_VARIABLES.flatMap((variable): ConfigProblem[] => {
    const file = origins.get(variable);
    if (file === undefined) return [];
    return [
      {
        severity: 'warning',
        source: { kind: 'environment', variable, file },
        path: [],
        message: 'It has no effect in a .env file: it is read before that file is',
        remedy:
          variable === 'NODE_EXTRA_CA_CERTS'
            ? 'Export it before the start, or set ca_file.'
            : 'Export it before the start.',
      },
    ];
  });
}

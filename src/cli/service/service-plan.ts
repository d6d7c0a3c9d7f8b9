import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { configPaths } from '../../config-io/config-paths.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import type { ServicePlan, ServiceProgram } from '../../services/service-program.ts';
import { launchdPlan } from '../../services/launchd-plist.ts';
import { systemdPlan } from '../../services/systemd-unit.ts';
import { windowsTaskPlan } from '../../services/windows-task.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { LAUNCHER } from '../launcher-file.ts';
import type { Environment } from '../terminal.ts';

export interface ServiceChoice {
  readonly system?: boolean;
  readonly config?: string;
  readonly port?: number;
  /** Where the log goes, instead of where the system keeps it. */
  readonly log?: string;
}

/** Variables that say where things are; keys are not among them and never written into a service file. */
const CARRIED = [
  'SWITCHYARD_HOME',
  'SWITCHYARD_STATE_DIR',
  'SWITCHYARD_CONFIG',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
];

/** What installing the service comes to on this system. */
export function planService(choice: ServiceChoice, environment: Environment): ServicePlan {
  const owner = choice.system ? ownerOf(environment) : { user: userInfo().username, home: homedir() };
  const { stateDirectory } = configPaths({ platform: process.platform, home: owner.home, environment });
  const program: ServiceProgram = {
    ...owner,
    node: process.execPath,
    words: [LAUNCHER, 'start', ...startWords(choice, stateDirectory)],
    environment: carried(environment),
    system: choice.system === true,
  };
  switch (process.platform) {
    case 'darwin':
      return launchdPlan(program, {
        userId: userInfo().uid,
        logFile: choice.log ?? join(stateDirectory, 'logs', 'proxy.log'),
      });
    case 'win32':
      return windowsTaskPlan(program, { stateDirectory, logFile: windowsLog(choice.log, stateDirectory) });
    case 'linux':
      return systemdPlan(program, {
        configHome: environment['XDG_CONFIG_HOME'] || join(owner.home, '.config'),
        lingers: lingers(owner.user),
      });
    default:
      throw new CommandError({
        exitCode: EXIT.failure,
        what: `there is no service for ${process.platform}`,
        why: 'systemd, launchd and the Windows Task Scheduler are known.',
        next: 'switchyard start -d',
      });
  }
}

function startWords({ config, port, log }: ServiceChoice, stateDirectory: string): string[] {
  const file = process.platform === 'win32' ? windowsLog(log, stateDirectory) : log;
  const isOwnLog = process.platform !== 'darwin' && file !== undefined;
  return [
    ...(config === undefined ? [] : ['--config', config]),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(isOwnLog ? ['--log-file', file] : []),
  ];
}

function windowsLog(log: string | undefined, stateDirectory: string): string {
  return log ?? join(stateDirectory, 'logs', 'proxy.log');
}

/** The path too: helper services are looked up on it, and a service gets a bare one. */
function carried(environment: Environment): Record<string, string> {
  const found = [...CARRIED, ...(process.platform === 'win32' ? [] : ['PATH'])].map((name) => [
    name,
    environment[name],
  ]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== '')) as Record<
    string,
    string
  >;
}

/** As root for the machine, the gateway still runs as the user who asked through sudo. */
function ownerOf(environment: Environment): { user: string; home: string } {
  if (process.platform === 'win32') return { user: userInfo().username, home: homedir() };
  const user = environment['SUDO_USER'] ?? userInfo().username;
  if (user === userInfo().username) return { user, home: homedir() };
  const home = process.platform === 'darwin' ? `/Users/${user}` : homeFromPasswd(user);
  if (home !== undefined && existsSync(home)) return { user, home };
  throw new CommandError({ exitCode: EXIT.failure, what: `the home directory of ${user} was not found` });
}

function homeFromPasswd(user: string): string | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${user}:`));
  return line?.split(':')[5];
}

/** @returns `undefined` where nobody can tell */
function lingers(user: string): boolean | undefined {
  try {
    const told = execFileSync('loginctl', ['show-user', user, '--property=Linger', '--value'], {
      encoding: 'utf8',
      timeout: 2_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return told.trim() === 'yes';
  } catch {
    return undefined;
  }
}

/** References that lead to something here and to nothing in a service, which sees none of this shell's variables. */
export async function lostSecrets(
  { config, port }: ServiceChoice,
  environment: Environment,
): Promise<string[]> {
  const flags = { config, port };
  const bare = {
    ...carried(environment),
    HOME: environment['HOME'],
    APPDATA: environment['APPDATA'],
    LOCALAPPDATA: environment['LOCALAPPDATA'],
  };
  const [here, there] = await Promise.all([
    loadConfig({ flags, environment }),
    loadConfig({ flags, environment: bare }),
  ]);
  const lost = [...here.secrets].filter(
    ([reference, state]) => state === 'present' && there.secrets.get(reference) !== 'present',
  );
  const place = join(dirname(here.file), '.env');
  return lost.map(
    ([reference]) => `${reference} is set in this shell only: write it into ${place} for the service`,
  );
}

import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where Switchyard keeps what it writes on its own: logs, the admin token, notes of running gateways.
 * `SWITCHYARD_STATE_DIR` wins; else the place the platform has for it. Never the working directory.
 */
export function stateDirectory(environment: Environment, platform = process.platform): string {
  const chosen = environment['SWITCHYARD_STATE_DIR'];
  if (chosen) return chosen;
  const home = environment['HOME'] || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'switchyard');
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] || home, 'switchyard');
  return join(environment['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'switchyard');
}

/** The operator's log of a gateway that runs in the background. */
export function operatorLogFile(directory: string): string {
  return join(directory, 'logs', 'prod', 'ccp.out');
}

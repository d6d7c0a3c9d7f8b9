import { homedir } from 'node:os';
import { join } from 'node:path';
import { configPaths } from '../config-io/config-paths.ts';
import type { Environment } from './terminal.ts';

/** Where this user's gateways keep what they write: the admin token, logs, notes of running gateways. */
export function stateDirectoryOf(environment: Environment): string {
  return configPaths({ platform: process.platform, home: homedir(), environment }).stateDirectory;
}

/** The operator's log of a gateway that runs in the background. */
export function operatorLogFile(environment: Environment): string {
  return join(stateDirectoryOf(environment), 'logs', 'prod', 'ccp.out');
}

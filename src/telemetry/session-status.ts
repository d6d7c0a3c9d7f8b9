import { join } from 'node:path';

/** Where the gateway keeps a line for each session of a client that names its sessions. */
export function sessionStatusDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'sessions');
}

import type { Environment } from './terminal.ts';

/**
 * How this user calls the program: what is printed as a next step must work when it is typed. npm sets the
 * variable for its scripts, and whoever started through one has no `switchyard` on the path.
 */
export function ownCommand(environment: Environment): string {
  return environment['npm_lifecycle_event'] === undefined ? 'switchyard' : 'npm run switchyard --';
}

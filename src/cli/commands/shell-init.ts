import { Argument, type Command } from 'commander';
import { fileURLToPath } from 'node:url';
import { findOnPath } from '../run/find-on-path.ts';
import { shellFunctions } from '../shell-init/shell-functions.ts';
import { SHELLS, type Shell } from '../shell-lines.ts';
import { openTerminal, type Environment } from '../terminal.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/switchyard.cjs', import.meta.url));

export function registerShellInitCommand(program: Command): void {
  program
    .command('shell-init')
    .description('prints short names for daily use (cz, qw, oc, stock, ccc-ok, …) as functions of your shell')
    .addArgument(new Argument('<shell>', 'the shell they are for').choices(SHELLS))
    .action((shell: Shell) => {
      const { data, environment } = openTerminal();
      data(shellFunctions(shell, ownWords(environment)));
    });
}

/** A checkout that is not linked has no name on the path: it is called by its place. */
function ownWords(environment: Environment): string[] {
  return findOnPath('switchyard', environment) === undefined ? [process.execPath, LAUNCHER] : ['switchyard'];
}

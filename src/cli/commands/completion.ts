import { Argument, type Command } from 'commander';
import { completionTable } from '../completion/completion-table.ts';
import { completionScript, SHELLS, type Shell } from '../completion/shell-scripts.ts';
import { openTerminal } from '../terminal.ts';

export function registerCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('prints a script that completes commands and flags in your shell')
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { loadProgram } = await import('../help/load-program.ts');
      openTerminal().data(completionScript(shell, completionTable(await loadProgram())).trimEnd());
    });
}

import type { Command } from 'commander';
import { ensureAdminToken } from '../../admin-client/admin-token.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import { openTerminal } from '../terminal.ts';

export function registerTokenCommand(program: Command): void {
  program
    .command('token')
    .description('prints the admin token of this machine; whoever has it may administer the gateway')
    .action(() => {
      const { data, environment } = openTerminal();
      data(ensureAdminToken(stateDirectoryOf(environment)).reveal());
    });
}

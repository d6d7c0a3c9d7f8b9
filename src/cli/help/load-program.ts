import { Command } from 'commander';
import { COMMANDS } from '../commands.ts';
import { completeHelp } from './complete-help.ts';

/** The whole command line with every command loaded; `main` loads only the one that is asked for. */
export async function loadProgram(): Promise<Command> {
  const program = new Command('switchyard').enablePositionalOptions();
  for (const { load } of COMMANDS) (await load())(program);
  completeHelp(program);
  return program;
}

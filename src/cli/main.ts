/**
 * The command line: finds the command, loads only that one, and turns whatever goes wrong into a message and
 * an exit code. What a command does stands in its own file below `commands/`.
 */
import { Command, CommanderError } from 'commander';
import { AdminClientError } from '../admin-client/admin-client-error.ts';
import { ConnectRefused } from '../connect/connect-refused.ts';
import { CommandError, formatFailure, type CommandFailure } from './command-error.ts';
import { COMMANDS } from './commands.ts';
import { fileFailure } from './file-failure.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { completeHelp } from './help/complete-help.ts';
import { openTerminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** Runs one command line and leaves its verdict in `process.exitCode`. Never rejects. */
export async function main(given: readonly string[]): Promise<void> {
  const words = obeyNoColor(given);
  endQuietlyWhenNobodyReads();
  try {
    const program = await buildProgram(words);
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Loads the named command alone; all of them for help and for names that are none. */
async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('switchyard')
    .description('A model gateway for coding agents.')
    .version(VERSION, '-V, --version')
    .option('--no-color', 'write no colours')
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(switchyard --help lists the commands)');
  const named = words.find((word) => !word.startsWith('-'));
  const known = COMMANDS.filter(({ name }) => name === named);
  for (const { load } of known.length > 0 ? known : COMMANDS) (await load())(program);
  completeHelp(program);
  return program;
}

/**
 * Takes `--no-color` out, wherever among our own words it stands. The flag stands for the variable, so that
 * child processes and every formatter obey it alike.
 */
function obeyNoColor(words: readonly string[]): readonly string[] {
  const foreign = words.findIndex((word) => word === '--' || word === 'run');
  const own = foreign === -1 ? words : words.slice(0, foreign);
  if (!own.includes('--no-color')) return words;
  process.env['NO_COLOR'] = '1';
  delete process.env['FORCE_COLOR'];
  return [...own.filter((word) => word !== '--no-color'), ...words.slice(own.length)];
}

/** `switchyard logs | head` closes our stdout: that is the end of the work, not a failure. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // It has spoken.
  const failure = failureOf(error);
  const { note, paintNote } = openTerminal();
  note(formatFailure(failure).replace(/^error:/, (word) => paintNote('red', word)));
  return failure.exitCode;
}

function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandError) return error.failure;
  if (error instanceof AdminClientError) return adminFailure(error);
  if (error instanceof ConnectRefused)
    return { exitCode: EXIT.failure, what: error.message, next: error.remedy };
  const ofFile = process.env['SWITCHYARD_DEBUG'] ? undefined : fileFailure(error);
  if (ofFile !== undefined) return ofFile;
  const text = error instanceof Error ? error.message : String(error);
  const stack = process.env['SWITCHYARD_DEBUG'] && error instanceof Error ? error.stack : undefined;
  return { exitCode: EXIT.failure, what: text, why: stack };
}

const NEXT_ACTS: Readonly<Partial<Record<AdminClientError['kind'], string>>> = {
  unauthorized: 'run it as the user who started the gateway: the admin token is theirs',
  foreign: 'if another version of Switchyard still runs there: switchyard restart',
};

function adminFailure(error: AdminClientError): CommandFailure {
  const unauthorized = error.kind === 'unauthorized';
  return {
    exitCode: unauthorized ? EXIT.authenticationNeeded : EXIT.failure,
    what: error.message,
    next: NEXT_ACTS[error.kind],
  };
}

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parsePort } from '../parse-port.ts';
import { withAbsolutePaths, type StartOptions } from '../start/start-flags.ts';
import { openTerminal } from '../terminal.ts';

interface StartCommandOptions extends StartOptions {
  readonly detach?: boolean;
  readonly logFile?: string;
}

export function registerStartCommand(program: Command): void {
  addStartFlags(program.command('start'))
    .description('starts the gateway, in the foreground or (-d) in the background')
    .option('-d, --detach', 'run in the background, log to a file, return when it answers')
    .option('--log-file <path>', 'write everything it says into this file')
    .action(async ({ detach, logFile, ...options }: StartCommandOptions) => {
      if (logFile !== undefined) (await import('../start/log-to-file.ts')).logToFile(resolve(logFile));
      if (detach) return startDetached(options);
      if (logFile === undefined) (await import('../start/survive-full-disk.ts')).surviveFullDisk();
      await (await import('../start/serve.ts')).serve(withAbsolutePaths(options), openTerminal());
    });
}

/** The flags that `start` and `restart` share. They hold for this run and are never written to a file. */
export function addStartFlags(command: Command): Command {
  return command
    .option('--port <number>', 'listen on this port; 0 takes a free one', parsePort)
    .option('--host <address>', 'listen on this address instead of loopback')
    .option('--config <path>', 'read this configuration file')
    .option('--env-file <path>', 'read variables from this file')
    .option('--chain <path>', 'take the helper services from this proxy_chain.json')
    .option('--target-url <url>', 'send every request to this URL')
    .option('--model <name>', 'ask for this model in every request, subagents included')
    .option('--allow-anthropic-only', 'allow the mode anthropic-only, in which no route is followed');
}

export async function startDetached(options: StartOptions): Promise<void> {
  const terminal = openTerminal();
  const { toWords } = await import('../start/start-flags.ts');
  const { startInBackground } = await import('../start/background.ts');
  const started = await startInBackground(toWords(withAbsolutePaths(options)), terminal.environment);
  await (await import('../start/tell-started.ts')).tellStarted(started, terminal);
}

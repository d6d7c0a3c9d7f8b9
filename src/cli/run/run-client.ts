import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { cmdWords } from '../../lib/windows-words.ts';

export interface ClientRun {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Record<string, string>;
}

/**
 * Runs a client in this terminal and waits for it. Signals go on to it; Ctrl-C reaches it from the terminal
 * itself, so here it only must not end us first.
 * @returns its exit code; 128 and the signal's number when a signal ended it, as shells say it
 */
export function runClient({ file, arguments: words, environment }: ClientRun): Promise<number> {
  return new Promise((resolve, reject) => {
    const command = spawnableClient(file, words);
    const child = spawn(command.file, command.words, {
      stdio: 'inherit',
      env: environment,
      windowsVerbatimArguments: command.verbatim,
    });
    const ignore = (): void => {};
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

interface SpawnableClient {
  readonly file: string;
  readonly words: readonly string[];
  /** Windows: the words are one command line already. */
  readonly verbatim: boolean;
}

/** Scripts need cmd on Windows. Node's own shell option would hand it a prompt as so many words and signs. */
export function spawnableClient(
  file: string,
  words: readonly string[],
  platform: NodeJS.Platform = process.platform,
): SpawnableClient {
  const isScript = platform === 'win32' && /\.(cmd|bat)$/i.test(file);
  return isScript
    ? { file: 'cmd.exe', words: cmdWords(file, words), verbatim: true }
    : { file, words, verbatim: false };
}

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

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
    const viaShell = process.platform === 'win32' && /\.(cmd|bat)$/i.test(file);
    const child = spawn(file, [...words], { stdio: 'inherit', env: environment, shell: viaShell });
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

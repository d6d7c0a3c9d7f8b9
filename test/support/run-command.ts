import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));

export interface CommandRun {
  /** The exit code, or the signal's name. */
  readonly code: unknown;
  /** stdout and stderr. */
  readonly said: string;
}

export interface CommandSettings {
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
}

/** Runs one command of the program to its end. */
export function runCommand(words: readonly string[], settings: CommandSettings): Promise<CommandRun> {
  const { promise, resolve } = Promise.withResolvers<CommandRun>();
  const options = { env: { ...settings.environment }, cwd: settings.workingDirectory, timeout: 15_000 };
  execFile(process.execPath, [LAUNCHER, ...words], options, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : (error.code ?? error.signal), said: stdout + stderr });
  });
  return promise;
}

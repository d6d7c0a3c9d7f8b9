/** Starts a program of the project as a child process of its own group and waits until it says where it listens. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { soon, until } from './until.ts';

export interface ProgramSettings {
  readonly command: string;
  readonly arguments: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Its first group is the URL. */
  readonly readyLine?: RegExp;
}

export interface RunningProgram {
  readonly url: string;
  readonly processId: number;
  /** Settles when the process is gone: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** Everything it printed so far, stdout and stderr mixed. */
  output(): string;
  /** SIGTERM, and SIGKILL for its whole group when it has not gone after three seconds. */
  stop(): Promise<void>;
  /** SIGKILL at once. */
  kill(): Promise<void>;
}

const READY = /listening (https?:\/\/\S+)/;

export async function startProgram(settings: ProgramSettings): Promise<RunningProgram> {
  // A group of its own, so that a launcher's child is ended with it.
  const child = spawn(settings.command, settings.arguments, {
    cwd: settings.workingDirectory,
    env: { ...settings.environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const { promise: ended, resolve: onEnded } = Promise.withResolvers<number | NodeJS.Signals | null>();
  child.once('exit', (code, signal) => {
    onEnded(code ?? signal);
  });
  const killGroup = (): void => {
    signalGroup(child, 'SIGKILL');
  };
  process.once('exit', killGroup);
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  try {
    const url = await until(
      'the program to say where it listens',
      () => {
        if (failure !== undefined || gone())
          throw new Error(
            `${[settings.command, ...settings.arguments].join(' ')} ended before it listened:\n${printed}`,
            { cause: failure },
          );
        return (settings.readyLine ?? READY).exec(printed)?.[1];
      },
      60_000,
    );
    const end = async (signal: NodeJS.Signals): Promise<void> => {
      process.removeListener('exit', killGroup);
      if (gone()) return;
      const exited = once(child, 'exit');
      signalGroup(child, signal);
      await soon('the program to end', exited, 3_000).catch(() => {
        killGroup();
      });
      if (!gone()) await exited;
    };
    return {
      url,
      processId: child.pid ?? 0,
      ended,
      output: () => printed,
      stop: async () => end('SIGTERM'),
      kill: async () => end('SIGKILL'),
    };
  } catch (error) {
    killGroup();
    throw error;
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}

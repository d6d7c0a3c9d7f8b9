/** Runs the launcher as a user does, with a home of its own, for the tests of this folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const LAUNCHER = fileURLToPath(new URL('../../bin/switchyard.cjs', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when stdout matches. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface Home {
  readonly path: string;
  run(words: readonly string[], environment?: Record<string, string>): Promise<Finished>;
  start(words: readonly string[], environment?: Record<string, string>): Running;
  remove(): Promise<void>;
}

/** A user without any setting: what is not given is not there. */
export async function createHome(): Promise<Home> {
  const path = await mkdtemp(join(tmpdir(), 'switchyard-cli-'));
  const start = (words: readonly string[], environment: Record<string, string> = {}): Running => {
    const child = spawn(process.execPath, [LAUNCHER, ...words], {
      cwd: path,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: path,
        SWITCHYARD_HOME: path,
        XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
        ...environment,
      },
    });
    return watch(child);
  };
  return {
    path,
    start,
    run: (words, environment) => start(words, environment).finished,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function watch(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const finished = once(child, 'close').then((): Finished => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout,
    stderr,
  }));
  return {
    child,
    finished,
    async said(pattern) {
      for (;;) {
        const match = pattern.exec(stdout);
        if (match !== null) return match;
        if (child.stdout?.readableEnded !== false || child.exitCode !== null)
          throw new Error(`ended without saying ${pattern}: ${stdout}${stderr}`);
        await Promise.race([once(child.stdout, 'data'), finished]);
      }
    },
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { watchdogCommand } from './watchdog-script.ts';

/**
 * Keeps the watcher alive while there are services. It stands in a session of its own, so that what kills the
 * gateway's whole process group spares it.
 */
export class Watchdog {
  readonly #mark: string;
  readonly #watched = new Set<number>();
  #process: ChildProcess | undefined;

  constructor(mark: string) {
    this.#mark = mark;
  }

  /** Resolves once the watcher would know of the service even if this process died now. */
  watch(group: number): Promise<void> {
    this.#watched.add(group);
    if (this.#process === undefined) return this.#begin();
    return say(this.#process, `+ ${group}\n`);
  }

  async forget(group: number): Promise<void> {
    this.#watched.delete(group);
    if (this.#process === undefined) return;
    if (this.#watched.size > 0) return say(this.#process, `- ${group}\n`);
    const last = this.#process;
    this.#process = undefined;
    await say(last, `- ${group}\n`);
    last.stdin?.end();
  }

  #begin(): Promise<void> {
    const { file, words } = watchdogCommand(
      { platform: process.platform, node: process.execPath },
      this.#mark,
    );
    const child = spawn(file, words, {
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'] },
    });
    child.unref();
    // A socket in Node's eyes: it must not keep the gateway from ending either.
    if (child.stdin !== null && 'unref' in child.stdin) (child.stdin as { unref(): void }).unref();
    this.#process = child;
    const replace = (): void => {
      if (this.#process !== child) return;
      this.#process = undefined;
      if (this.#watched.size > 0) void this.#begin();
    };
    child.once('exit', replace);
    child.once('error', () => undefined); // Without a watcher services still end with an orderly stop.
    child.stdin?.on('error', () => undefined); // It ended; `exit` follows.
    return say(child, [...this.#watched].map((group) => `+ ${group}\n`).join(''));
  }
}

/** Once written, a line is in the kernel's pipe, and the watcher reads it even if it has not begun to. */
function say({ stdin }: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (stdin === null || !stdin.writable) resolve();
    else stdin.write(text, () => resolve());
  });
}

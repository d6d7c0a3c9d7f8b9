import { spawn, type ChildProcess } from 'node:child_process';
import type { CustomRouterAnswer } from '../domain/custom-router.ts';
import { BoundedLines } from './bounded-lines.ts';
import { parseScriptFrame, type RouterFrame, type ScriptFrame } from './protocol.ts';
import type { ScriptCommand } from './script-command.ts';

/** The longest answer, bytes. */
const LONGEST_LINE = 16 * 1024;
/** What a script may print, both outputs together, within {@link PRINT_PERIOD} milliseconds. */
const MOST_PRINTED = 1024 * 1024;
const PRINT_PERIOD = 10_000;
/** Requests that the script has not yet taken out of its input, bytes. */
const MOST_WAITING = 64 * 1024 * 1024;
/** A script that says nothing for so long while it was asked hangs, milliseconds. */
const HANG_AFTER = 1_000;
/** Lines of what a script prints that are passed on to the log. */
const MOST_NOTED = 20;

/** An answer, and whether it was the script's fault that it is none. */
export interface AskEnd {
  readonly answer: CustomRouterAnswer;
  readonly fault: boolean;
}

export interface ScriptProcessInput {
  readonly command: ScriptCommand;
  /** Told once, with the reason. Not told of an end that `close` brought about. */
  readonly onEnd: (reason: string) => void;
  /** A line the script printed. */
  readonly onPrinted: (line: string) => void;
}

interface Asked {
  readonly timer: NodeJS.Timeout;
  readonly settle: (end: AskEnd) => void;
}

/** One process with one script in it. It is asked until it ends; it is never started again. */
export class ScriptProcess {
  readonly #input: ScriptProcessInput;
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, Asked>();
  readonly #ready = Promise.withResolvers<void>();
  #state: 'starting' | 'ready' | 'over' = 'starting';
  #closing = false;
  #reason: string | undefined;
  #nextId = 1;
  #hangTimer: NodeJS.Timeout | undefined;
  #printed = 0;
  #printedSince = performance.now();
  #noted = 0;

  constructor(input: ScriptProcessInput) {
    this.#input = input;
    const { program, arguments: words, environment } = input.command;
    const child = spawn(program, words, {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#child = child;
    const lines = new BoundedLines(LONGEST_LINE, (line) => this.#hear(line));
    const prints = new BoundedLines(LONGEST_LINE, (line) => this.#note(line));
    child.stdout.on('data', (chunk: Buffer) => (this.#count(chunk), lines.push(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (this.#count(chunk), prints.push(chunk)));
    child.stdin.on('error', () => undefined); // The process is ending, which `exit` tells.
    child.once('error', (error) => this.#over(`it cannot be started: ${error.message}`));
    child.once('exit', (code, signal) => this.#over(`it ended with ${signal ?? `exit code ${code}`}`));
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Settles when the script can be asked, or never will be. */
  get started(): Promise<void> {
    return this.#ready.promise;
  }

  tell(frame: RouterFrame): void {
    if (this.#state !== 'over') this.#child.stdin?.write(`${JSON.stringify(frame)}\n`);
  }

  /** @param deadline milliseconds */
  ask(request: Readonly<Record<string, unknown>>, deadline: number): Promise<AskEnd> {
    if (this.#state !== 'ready') return Promise.resolve(failed('it is starting', false));
    if ((this.#child.stdin?.writableLength ?? 0) > MOST_WAITING)
      return Promise.resolve(failed('it has too much to do', false));
    const id = this.#nextId++;
    return new Promise((settle) => {
      const timer = setTimeout(() => this.#late(id, deadline), deadline);
      this.#asked.set(id, { timer, settle });
      this.#hangTimer ??= setTimeout(() => this.kill('it hangs'), Math.max(HANG_AFTER, deadline * 2));
      this.tell({ id, request });
    });
  }

  /** Ends it at once; `onEnd` is told the reason. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Ends it for good. Settles when it is gone. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#state === 'over') return;
    const gone = new Promise<void>((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', () => resolve());
    });
    this.kill('the gateway ended it');
    await gone;
  }

  #late(id: number, deadline: number): void {
    // It stays asked: should it hang, the timer that finds out is still running.
    this.#settle(id, failed(`no answer within ${deadline} ms`, true));
  }

  #settle(id: number, end: AskEnd): void {
    const asked = this.#asked.get(id);
    if (asked === undefined) return;
    this.#asked.delete(id);
    clearTimeout(asked.timer);
    asked.settle(end);
  }

  #hear(line: string): void {
    const frame = parseScriptFrame(line);
    if (frame === undefined) return this.#note(line);
    clearTimeout(this.#hangTimer);
    this.#hangTimer = undefined;
    this.#act(frame);
  }

  #act(frame: ScriptFrame): void {
    switch (frame.kind) {
      case 'ready':
        this.#state = 'ready';
        this.#ready.resolve();
        return;
      case 'fatal':
        this.kill(oneLine(frame.reason));
        return;
      case 'error':
        this.#settle(frame.id, failed(`it threw: ${oneLine(frame.reason)}`, true));
        return;
      case 'answer':
        this.#settle(frame.id, answerOf(frame.answer));
    }
  }

  #count(chunk: Buffer): void {
    const now = performance.now();
    if (now - this.#printedSince > PRINT_PERIOD) {
      this.#printed = 0;
      this.#printedSince = now;
    }
    this.#printed += chunk.length;
    if (this.#printed > MOST_PRINTED) this.kill('it prints too much');
  }

  #note(line: string): void {
    if (this.#noted >= MOST_NOTED) return;
    this.#noted += 1;
    this.#input.onPrinted(oneLine(line));
  }

  #over(exit: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    clearTimeout(this.#hangTimer);
    const reason = this.#reason ?? exit;
    for (const id of this.#asked.keys()) this.#settle(id, failed(reason, true));
    this.#ready.resolve();
    if (!this.#closing) this.#input.onEnd(reason);
  }
}

/** Names of models are short; whatever is longer is no name. */
const LONGEST_NAME = 300;

function answerOf(value: unknown): AskEnd {
  if (value === null || value === undefined || value === '')
    return { answer: { kind: 'none' }, fault: false };
  if (typeof value !== 'string') return failed(`it answered with ${describe(value)}, not with a name`, true);
  const text = value.trim();
  const isName = text !== '' && text.length <= LONGEST_NAME && !/\p{Cc}/u.test(text);
  return isName ? { answer: { kind: 'target', text }, fault: false } : failed('its answer is no name', true);
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

const LONGEST_REASON = 200;

/** What a script says goes into logs and records: one line, without what a terminal would obey. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, LONGEST_REASON);
}

function failed(reason: string, fault: boolean): AskEnd {
  return { answer: { kind: 'failed', reason }, fault };
}

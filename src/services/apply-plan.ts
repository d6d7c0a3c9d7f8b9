import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { ServiceCommandLine, ServiceFile, ServicePlan } from './service-program.ts';

/** What became of one command. */
export interface CommandOutcome {
  readonly command: ServiceCommandLine;
  /** What it printed, and why it could not be run. */
  readonly said: string;
  readonly ok: boolean;
}

/** Runs one command; the system's own, unless a test brings its own. */
export type RunCommand = (command: ServiceCommandLine) => Promise<CommandOutcome>;

const COMMAND_TIMEOUT_MS = 30_000;

export const runSystemCommand: RunCommand = async (command) => {
  const [file, ...words] = command;
  try {
    const { stdout, stderr } = await promisify(execFile)(file, words, { timeout: COMMAND_TIMEOUT_MS });
    return { command, said: (stdout + stderr).trim(), ok: true };
  } catch (error) {
    // Node's error of a program that ended badly carries what it printed.
    const {
      stderr = '',
      stdout = '',
      message,
    } = error as { stderr?: string; stdout?: string; message: string };
    return { command, said: (stderr + stdout).trim() || message, ok: false };
  }
};

/** Writes the file and has the system take it up. Stops at the first command that fails. */
export async function installService(
  { file, clear, install }: ServicePlan,
  run: RunCommand,
): Promise<readonly CommandOutcome[]> {
  mkdirSync(dirname(file.path), { recursive: true });
  writeFileSync(file.path, contentOf(file), { mode: 0o644 });
  for (const command of clear) await run(command);
  const outcomes: CommandOutcome[] = [];
  for (const command of install) {
    const outcome = await run(command);
    outcomes.push(outcome);
    if (!outcome.ok) break;
  }
  return outcomes;
}

/** Removes it as far as it is there: a service that was never started is no reason to keep its file. */
export async function uninstallService(
  plan: ServicePlan,
  run: RunCommand,
): Promise<readonly CommandOutcome[]> {
  const outcomes: CommandOutcome[] = [];
  for (const command of plan.uninstall) outcomes.push(await run(command));
  rmSync(plan.file.path, { force: true });
  for (const command of plan.forget) outcomes.push(await run(command));
  return outcomes;
}

/** Whether the file is there, and says what it would say if it were written now. */
export function fileState(file: ServiceFile): 'missing' | 'current' | 'other' {
  try {
    return readFileSync(file.path).equals(contentOf(file)) ? 'current' : 'other';
  } catch {
    return 'missing';
  }
}

function contentOf({ text, encoding }: ServiceFile): Buffer {
  return encoding === 'utf8'
    ? Buffer.from(text)
    : Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le');
}

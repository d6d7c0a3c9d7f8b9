/**
 * The note a running gateway leaves in the state directory, one per port: the pid file, with enough beside the
 * pid to find, stop and restart it. A note proves nothing by itself: the process may be gone.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const gatewayNoteSchema = z.object({
  pid: z.number().int().positive(),
  port: z.number().int().positive(),
  url: z.string(),
  /** File name of the script the process runs; looked for in its command line before a signal is sent. */
  entry: z.string(),
  /** What stood behind `start`, for `restart`. */
  arguments: z.array(z.string()),
  started_at: z.number(),
});

export type GatewayNote = z.infer<typeof gatewayNoteSchema>;

export function writeGatewayNote(stateDirectory: string, note: GatewayNote): void {
  const file = noteFile(stateDirectory, note.port);
  mkdirSync(join(stateDirectory, 'gateways'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Removes the note of a port, unless another process has written its own in the meantime. */
export function removeGatewayNote(stateDirectory: string, owner: Pick<GatewayNote, 'pid' | 'port'>): void {
  const file = noteFile(stateDirectory, owner.port);
  if (readNote(file)?.pid === owner.pid) rmSync(file, { force: true });
}

/** The notes whose process still lives, by port. */
export function listGatewayNotes(
  stateDirectory: string,
  isAlive: (pid: number) => boolean = isProcessAlive,
): GatewayNote[] {
  const directory = join(stateDirectory, 'gateways');
  return listDirectory(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readNote(join(directory, name)))
    .filter((note) => note !== undefined)
    .filter((note) => isAlive(note.pid))
    .sort((one, other) => one.port - other.port);
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Dead but not yet buried: in a container without an init process, an ended gateway stays so for good. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true; // It ended between the two looks.
  }
}

function noteFile(stateDirectory: string, port: number): string {
  return join(stateDirectory, 'gateways', `${port}.json`);
}

/** A note that is missing or unreadable is no note: the gateway can still be found by its port. */
function readNote(file: string): GatewayNote | undefined {
  try {
    return gatewayNoteSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function listDirectory(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

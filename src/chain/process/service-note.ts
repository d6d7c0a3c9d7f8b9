/**
 * What the gateway writes down of a service it started, so that a later gateway recognises one that was left over:
 * the pid file, with enough beside the pid to never end a stranger.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endGroup } from './end-group.ts';
import { processStart } from './process-table.ts';

const serviceNoteSchema = z.object({
  pid: z.number().int().positive(),
  /** As {@link processStart} said it when the note was written. */
  process_started: z.string(),
  gateway_pid: z.number().int().positive(),
  gateway_started: z.string(),
  mark: z.string(),
});

type ServiceNote = z.infer<typeof serviceNoteSchema>;

/** Writes nothing where the system cannot tell processes apart by their start. */
export function writeServiceNote(
  directory: string,
  id: string,
  { pid, mark }: { pid: number; mark: string },
): void {
  const started = processStart(pid);
  const own = processStart(process.pid);
  if (started === undefined || own === undefined) return;
  const note: ServiceNote = {
    pid,
    process_started: started,
    gateway_pid: process.pid,
    gateway_started: own,
    mark,
  };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, `${id}.json`), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

export function removeServiceNote(directory: string, id: string): void {
  if (readServiceNote(directory, id)?.gateway_pid === process.pid)
    rmSync(join(directory, `${id}.json`), { force: true });
}

function readServiceNote(directory: string, id: string): ServiceNote | undefined {
  try {
    return serviceNoteSchema.safeParse(JSON.parse(readFileSync(join(directory, `${id}.json`), 'utf8'))).data;
  } catch {
    return undefined; // None is there, or it cannot be read, which comes to the same.
  }
}

/** What an earlier run left behind of a service. */
export type Leftover =
  | { readonly kind: 'none' }
  /** Another gateway lives and looks after it. */
  | { readonly kind: 'owned'; readonly gatewayPid: number }
  /** Its gateway is gone and it was ended. */
  | { readonly kind: 'ended'; readonly pid: number };

/** Ends what a gateway that is gone left running; what a living one runs is let alone. */
export async function clearLeftover(directory: string, id: string, grace: number): Promise<Leftover> {
  const note = readServiceNote(directory, id);
  if (note === undefined || note.gateway_pid === process.pid) return { kind: 'none' };
  if (processStart(note.gateway_pid) === note.gateway_started)
    return { kind: 'owned', gatewayPid: note.gateway_pid };
  const { pid, mark } = note;
  if (processStart(pid) !== note.process_started) return { kind: 'none' };
  await endGroup({ pid, mark, grace });
  return { kind: 'ended', pid };
}

/** A copy of a client's file with our keys in it, for a client that no variable points at a gateway. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ClientSetup, GatewayForClient, Overlay } from './client-setup.ts';
import { currentValues, openFiles, type ConnectContext } from './connection.ts';
import { planFile } from './plan-file.ts';

export interface OverlayRequest {
  readonly setup: ClientSetup;
  readonly gateway: GatewayForClient;
  readonly overlay: Overlay;
  /** Where copies are kept; each client has a directory of its own in it. */
  readonly directory: string;
}

/** @returns the variable to set. @throws ConnectRefused when the original cannot be read */
export function writeOverlay(request: OverlayRequest, context: ConnectContext): Record<string, string> {
  const { setup, gateway, overlay } = request;
  const file = openFiles(setup, context).find(({ role }) => role === overlay.role);
  if (file === undefined) throw new Error(`${setup.name} has no file ${overlay.role}.`);
  const { path, syntax, undone } = file;
  const edits = setup.edits(gateway, currentValues(setup, context))[overlay.role] ?? [];
  const { bytes } = planFile({ path, syntax, original: undone.bytes, edits });
  const home = join(request.directory, setup.name);
  const copy = join(home, overlay.below ?? basename(path));
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
  writeFileSync(copy, bytes ?? Buffer.alloc(0), { mode: 0o600 });
  return { [overlay.variable]: overlay.below === undefined ? copy : home };
}

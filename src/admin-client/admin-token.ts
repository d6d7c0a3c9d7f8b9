/**
 * The admin token: a random text in a file that only its owner can read. Whoever can read the file may
 * administer the gateway; the server and the command line both find it here.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Secret } from '../lib/secret.ts';

const OWNER_ONLY = 0o600;

export function adminTokenFile(stateDirectory: string): string {
  return join(stateDirectory, 'admin-token');
}

/** The token of this state directory; made on first use. Two processes that start at once get the same one. */
export function ensureAdminToken(stateDirectory: string): Secret {
  return readAdminToken(stateDirectory) ?? createAdminToken(stateDirectory);
}

/** The token when there is one. Takes away what others could read by, should the file's mode have changed. */
export function readAdminToken(stateDirectory: string): Secret | undefined {
  const file = adminTokenFile(stateDirectory);
  const information = statSync(file, { throwIfNoEntry: false });
  if (information === undefined) return undefined;
  if (process.platform !== 'win32' && (information.mode & 0o077) !== 0) chmodSync(file, OWNER_ONLY);
  const text = readFileSync(file, 'utf8').trim();
  return text === '' ? undefined : new Secret(text);
}

function createAdminToken(stateDirectory: string): Secret {
  const file = adminTokenFile(stateDirectory);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const token = randomBytes(32).toString('base64url');
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  try {
    linkSync(draft, file); // Fails when another process was first, and never shows a half-written file.
    return new Secret(token);
  } catch (error) {
    const winner = readAdminToken(stateDirectory);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    rmSync(draft, { force: true });
  }
}

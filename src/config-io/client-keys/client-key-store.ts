/** The file that `switchyard keys` keeps in the state directory, and a gateway reads with its configuration. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  formatClientKeyFile,
  parseClientKeyFile,
  type StoredClientKey,
} from '../../config/values/client-key-file.ts';
import { Secret } from '../../lib/secret.ts';
import { readIfThere } from '../read-if-there.ts';
import { replaceFile } from '../replace-file.ts';

/** By which a key is known as one of ours wherever a client can put it. */
const KEY_PREFIX = 'sy-';
const KEY_BYTES = 32;

export function clientKeyFile(stateDirectory: string): string {
  return join(stateDirectory, 'client-keys.json');
}

export interface NewClientKey extends Pick<StoredClientKey, 'name' | 'labels' | 'limits'> {
  /** Wall clock, milliseconds. */
  readonly expiresAt: number | undefined;
}

/** The keys as they are kept. @throws Error when the file is there and no such file */
export function readClientKeys(path: string): readonly StoredClientKey[] {
  const text = readIfThere(path);
  if (text === undefined) return [];
  const keys = parseClientKeyFile(text);
  if (keys === undefined) throw new Error(`${path} is not a file of client keys`);
  return keys;
}

/**
 * Makes a key and keeps its digest.
 * @returns the key itself, which exists nowhere else
 * @throws Error when there is a key of this name
 */
export function createClientKey(path: string, wanted: NewClientKey, now: number): Secret {
  const keys = readClientKeys(path);
  if (keys.some(({ name }) => name === wanted.name))
    throw new Error(`there is a key named ${wanted.name} already`);
  const key = `${KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
  const { name, labels, limits, expiresAt } = wanted;
  const stored: StoredClientKey = {
    name,
    digest: createHash('sha256').update(key).digest('hex'),
    hint: `${KEY_PREFIX}…${key.slice(-4)}`,
    created_at: now,
    expires_at: expiresAt ?? null,
    labels,
    limits,
  };
  replaceFile(path, formatClientKeyFile([...keys, stored]));
  return new Secret(key);
}

/** @returns whether there was a key of this name */
export function revokeClientKey(path: string, name: string): boolean {
  const keys = readClientKeys(path);
  const left = keys.filter((key) => key.name !== name);
  if (left.length === keys.length) return false;
  replaceFile(path, formatClientKeyFile(left));
  return true;
}

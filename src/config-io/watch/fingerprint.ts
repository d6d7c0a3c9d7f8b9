import { createHash } from 'node:crypto';
import { readTextFile } from '../read-text-file.ts';

/** What the files hold, as a short text: equal ones give the same configuration. */
export async function fingerprintOf(paths: readonly string[]): Promise<string> {
  const readings = await Promise.all(paths.map(async (path) => [path, await readTextFile(path)]));
  return createHash('sha256').update(JSON.stringify(readings)).digest('base64url');
}

import { createHash } from 'node:crypto';

/** What tells one version of a configuration file from another. A file that is not there has one, too. */
export function etagOf(text: string | undefined): string {
  if (text === undefined) return 'none';
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

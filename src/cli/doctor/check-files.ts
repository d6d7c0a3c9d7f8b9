import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listGatewayNotes } from '../../admin-client/gateway-note.ts';
import type { Finding } from './finding.ts';

export interface OwnFiles {
  readonly configFile: string;
  readonly stateDirectory: string;
  readonly platform: NodeJS.Platform;
}

const OTHERS = 0o077;

/** Whatever may hold a secret is for its owner alone. Windows has no modes: its user directories are private. */
export function checkModes({ configFile, stateDirectory, platform }: OwnFiles): Finding[] {
  if (platform === 'win32') return [{ check: 'file modes', status: 'skip', what: 'Windows has none' }];
  const files = [
    configFile,
    join(dirname(configFile), '.env'),
    stateDirectory,
    join(stateDirectory, 'admin-token'),
    join(stateDirectory, 'connect'),
  ].filter((file) => existsSync(file));
  const open = files.filter((file) => (statSync(file).mode & OTHERS) !== 0);
  if (open.length === 0)
    return [
      { check: 'file modes', status: 'ok', what: `what is kept is yours alone (${files.length} looked at)` },
    ];
  return open.map((file) => ({
    check: 'file modes',
    status: 'warn',
    what: `${file} can be read by others`,
    next: `chmod go-rwx ${file}`,
    fix: () => chmodSync(file, statSync(file).mode & ~OTHERS & 0o7777),
  }));
}

/** A killed gateway leaves its note behind; the next one would be told of a process that is gone. */
export function checkNotes(stateDirectory: string): Finding {
  const directory = join(stateDirectory, 'gateways');
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.json')) : [];
  const alive = new Set(listGatewayNotes(stateDirectory).map(({ port }) => `${port}.json`));
  const stale = names.filter((name) => !alive.has(name));
  if (stale.length === 0)
    return {
      check: 'notes',
      status: 'ok',
      what: names.length === 1 ? 'one gateway has left a note' : `${names.length} gateways have left a note`,
    };
  return {
    check: 'notes',
    status: 'warn',
    what: `left by gateways that are gone: ${stale.join(', ')}`,
    next: 'switchyard doctor --fix',
    fix: () => {
      for (const name of stale) rmSync(join(directory, name), { force: true });
    },
  };
}

import { formatProblem } from '../../config/problems/problem.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { ConfigHistory } from '../../config-io/history/config-history.ts';
import { loadConfig, type LoadedConfig } from '../../config-io/load-config.ts';
import type { ConfigurationReading } from '../../gateway/configuration/configuration-files.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import { stateDirectoryOf } from '../state-directory.ts';
import type { Environment } from '../terminal.ts';
import type { StartOptions } from './start-flags.ts';

export interface LoadedSnapshot {
  readonly snapshot: ConfigSnapshot;
  /** The file it was read from; `undefined` when there is none and the defaults hold. */
  readonly configPath: string | undefined;
  /** How it is read again when its files change. */
  readonly source: ConfigurationReading;
}

/**
 * The configuration that `start` is to serve.
 * @throws CommandError with everything that is wrong with it
 */
export async function loadSnapshot(flags: StartOptions, environment: Environment): Promise<LoadedSnapshot> {
  const load = (text?: string) => loadConfig({ flags, environment, ...(text === undefined ? {} : { text }) });
  const loadedAt = Date.now();
  const loaded = await load();
  const configPath = loaded.fileExists ? loaded.file : undefined;
  if (loaded.kind === 'valid')
    return { snapshot: loaded.snapshot, configPath, source: { load, loaded, loadedAt } };
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `the configuration cannot be used: ${errors.length} mistake${errors.length === 1 ? '' : 's'}`,
    why: errors.map(formatProblem).join('\n'),
    next: `correct it, then: switchyard config check${lastServed(loaded, environment)}`,
  });
}

/** A broken file is never replaced without being asked; the way back is named. */
function lastServed({ file }: LoadedConfig, environment: Environment): string {
  const version = new ConfigHistory(stateDirectoryOf(environment), file).lastServed();
  if (version === undefined) return '';
  return `\nor go back to the last version that was served (${version.path}): switchyard config rollback ${version.number}`;
}

import { formatProblem } from '../../config/problem.ts';
import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { loadConfig } from '../../config-io/load-config.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Environment } from '../terminal.ts';
import type { StartOptions } from './start-flags.ts';

export interface LoadedSnapshot {
  readonly snapshot: ConfigSnapshot;
  /** The file it was read from; `undefined` when there is none and the defaults hold. */
  readonly configPath: string | undefined;
}

/**
 * The configuration that `start` is to serve.
 * @throws CommandError with everything that is wrong with it
 */
export async function loadSnapshot(flags: StartOptions, environment: Environment): Promise<LoadedSnapshot> {
  const loaded = await loadConfig({ flags, environment });
  const configPath = loaded.fileExists ? loaded.file : undefined;
  if (loaded.kind === 'valid') return { snapshot: loaded.snapshot, configPath };
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  throw new CommandError({
    exitCode: EXIT.usage,
    what: `the configuration cannot be used: ${errors.length} mistake${errors.length === 1 ? '' : 's'}`,
    why: errors.map(formatProblem).join('\n'),
    next: 'correct it, then: switchyard config check',
  });
}

import { editConfig, type ConfigEdit, type EditOutcome } from '../../config-io/edit-config.ts';
import { ConfigHistory } from '../../config-io/history/config-history.ts';
import { loadConfig, type LoadedConfig } from '../../config-io/load-config.ts';
import { formatProblem } from '../../config/problems/problem.ts';
import type { Environment } from '../terminal.ts';

/** Which configuration a command is about. */
export interface ConfigChoice {
  readonly config?: string;
  readonly envFile?: string;
}

/** The configuration file of this user, to be looked at and changed. */
export interface ConfigFile {
  readonly loaded: LoadedConfig;
  readonly history: ConfigHistory;
  readonly edit: (to: ConfigEdit['to'], expected?: string) => Promise<EditOutcome>;
}

export async function openConfigFile(
  { config, envFile }: ConfigChoice,
  environment: Environment,
): Promise<ConfigFile> {
  const request = { flags: { config, envFile }, environment };
  const loaded = await loadConfig(request);
  const history = new ConfigHistory(loaded.paths.stateDirectory, loaded.file);
  const known = new Set(errorsOf(loaded));
  // A gateway may have variables that this shell has not: what was wrong before is not this edit's fault.
  const check = async (text: string): Promise<readonly string[]> =>
    errorsOf(await loadConfig({ ...request, text })).filter((error) => !known.has(error));
  const edit: ConfigFile['edit'] = (to, expected) =>
    editConfig({ path: loaded.file, to, expected, history, check });
  return { loaded, history, edit };
}

function errorsOf({ problems }: LoadedConfig): readonly string[] {
  return problems.filter(({ severity }) => severity === 'error').map(formatProblem);
}

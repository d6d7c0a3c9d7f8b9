import { ConfigHistory } from '../../config-io/history/config-history.ts';
import type { EventSink } from '../../contract/events.ts';
import { ConfigurationFiles } from '../../gateway/configuration/configuration-files.ts';
import { CurrentConfiguration } from '../../gateway/configuration/current-configuration.ts';
import type { ComposeInput } from './compose-input.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** The configuration in force, which can be swapped. */
export function openConfiguration({ snapshot, configPath, log }: ComposeInput): CurrentConfiguration {
  return new CurrentConfiguration({
    snapshot,
    path: configPath,
    now: () => SYSTEM_CLOCK.now(),
    onListenerError: (error) =>
      log.error({ error }, '[Config] A part of the gateway did not take the new configuration over.'),
  });
}

/** What reads the configuration again when its files change; `undefined` when it came from none. */
export function openFiles(
  { source, stateDirectory, log }: ComposeInput,
  { configuration, events }: { configuration: CurrentConfiguration; events: EventSink },
): ConfigurationFiles | undefined {
  if (source === undefined) return undefined;
  const history = new ConfigHistory(stateDirectory, source.loaded.file);
  return new ConfigurationFiles({ ...source, configuration, history, log, events });
}

import type { EventSink } from '../../contract/events.ts';
import type { CurrentConfiguration } from '../configuration/current-configuration.ts';
import type { GatewayLog } from '../gateway.ts';
import { ModeSwitch } from './mode-switch.ts';

export interface ModesInput {
  readonly configuration: CurrentConfiguration;
  readonly log: GatewayLog;
  readonly events: EventSink;
}

/** The mode, following the configuration; what changes it is logged and published. */
export function openModes({ configuration, log, events }: ModesInput): ModeSwitch {
  const modes = new ModeSwitch(
    () => configuration.snapshot().mode,
    ({ from, to, cause }) => {
      const until = cause === 'api' ? ', until a restart' : '';
      log.info({ from, to }, `[Mode] ${to} from now on (was ${from})${until}`);
      events.publish({ type: 'mode.changed', mode: to, previous_mode: from, cause });
    },
  );
  configuration.onSnapshot(({ before }) => modes.follow(before.mode));
  return modes;
}

import { join } from 'node:path';
import type { EventSink } from '../../contract/events.ts';
import { tellTargetChange } from '../../gateway/events/target-events.ts';
import { logChange, restoreTargets, targetsAsText } from '../../gateway/memory/follow-targets.ts';
import { createTraffic, type Traffic } from '../../gateway/memory/traffic.ts';
import { resumeKeyUse, saveKeyUse } from '../../guard/limits/saved-key-use.ts';
import { StateFile } from '../../store/state-file.ts';
import type { ComposeInput } from './compose-input.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** What is known of targets and what client keys have used today, taken up where the last run left it and written down as it changes. */
export function openTraffic(
  { snapshot, stateDirectory, log }: ComposeInput,
  events: EventSink,
): {
  readonly traffic: Traffic;
  readonly saved: readonly StateFile[];
} {
  const traffic = createTraffic({
    snapshot,
    random: Math.random,
    onTargetChange: (change) => {
      logChange(log, change);
      tellTargetChange(events, change);
      breakers.changed();
    },
    onKeyUse: () => keys.changed(),
  });
  const port = snapshot.server.listen[0]?.port ?? 0;
  const breakers = new StateFile({
    path: join(stateDirectory, `breakers-${port}.json`),
    read: () => targetsAsText(traffic.targets, SYSTEM_CLOCK),
    onError: (error) => log.warn({ error }, '[Breaker] The state of breakers cannot be saved.'),
  });
  const keys = new StateFile({
    path: join(stateDirectory, `key-use-${port}.json`),
    read: () => saveKeyUse(traffic.keys, SYSTEM_CLOCK.now()),
    onError: (error) => log.warn({ error }, '[Key] What client keys have used today cannot be saved.'),
  });
  restoreTargets({ targets: traffic.targets, clock: SYSTEM_CLOCK, log, snapshot }, breakers.load());
  resumeUse(traffic, log, keys.load());
  return { traffic, saved: [breakers, keys] };
}

function resumeUse({ keys }: Traffic, log: ComposeInput['log'], text: string | undefined): void {
  if (text === undefined || resumeKeyUse(keys, text, SYSTEM_CLOCK.now()) !== 'unreadable') return;
  log.warn({}, '[Key] What client keys have used today cannot be read: they begin the day anew.');
}

import { join } from 'node:path';
import type { EventSink } from '../../contract/events.ts';
import { tellTargetChange } from '../../gateway/events/target-events.ts';
import { logChange, restoreTargets, targetsAsText } from '../../gateway/memory/follow-targets.ts';
import { createTraffic, type Traffic } from '../../gateway/memory/traffic.ts';
import { StateFile } from '../../store/state-file.ts';
import type { ComposeInput } from './compose-input.ts';
import { SYSTEM_CLOCK } from './system-clock.ts';

/** What is known of targets, taken up where the last run left it and written down as it changes. */
export function openTraffic(
  { snapshot, stateDirectory, log }: ComposeInput,
  events: EventSink,
): {
  readonly traffic: Traffic;
  readonly saved: StateFile;
} {
  const traffic = createTraffic({
    snapshot,
    random: Math.random,
    onTargetChange: (change) => {
      logChange(log, change);
      tellTargetChange(events, change);
      saved.changed();
    },
  });
  const saved = new StateFile({
    path: join(stateDirectory, `breakers-${snapshot.server.listen[0]?.port ?? 0}.json`),
    read: () => targetsAsText(traffic.targets, SYSTEM_CLOCK),
    onError: (error) => log.warn({ error }, '[Breaker] The state of breakers cannot be saved.'),
  });
  restoreTargets({ targets: traffic.targets, clock: SYSTEM_CLOCK, log }, saved.load());
  return { traffic, saved };
}

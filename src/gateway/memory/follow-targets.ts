import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { homeOf } from '../../domain/provider-place.ts';
import type { Clock } from '../../lib/clock.ts';
import { restoreState, saveState } from '../../guard/saved-state.ts';
import { formatTarget } from '../../domain/target.ts';
import type { RegistryChange, TargetRegistry } from '../../guard/target-registry.ts';
import type { GatewayLog } from '../gateway.ts';

/** Says in the log what is left alone from now on, and what is asked again. */
export function logChange(log: GatewayLog, change: RegistryChange): void {
  const { provider, model } = change.key;
  const target = formatTarget({ provider, model: model === '' ? undefined : model });
  if (change.kind === 'cooldown') {
    log.info({ target, seconds: Math.ceil(change.forMs / 1000) }, `[Breaker] ${target}: ${change.reason}`);
    return;
  }
  if (change.state === 'open')
    log.warn({ target, seconds: Math.ceil(change.readyInMs / 1000) }, `[Breaker] ${target} is left alone`);
  else if (change.state === 'closed') log.info({ target }, `[Breaker] ${target} is asked again`);
}

/** The registry as text for the next start. */
export function targetsAsText(targets: TargetRegistry, clock: Clock): string {
  return JSON.stringify(saveState(targets, { wall: clock.now(), monotonic: clock.monotonic() }));
}

export interface RestoreInput {
  readonly targets: TargetRegistry;
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly snapshot: ConfigSnapshot;
}

/** Takes up what the last run left alone; text that cannot be read means that nothing is. */
export function restoreTargets(
  { targets, clock, log, snapshot }: RestoreInput,
  text: string | undefined,
): void {
  if (text === undefined) return;
  const now = { wall: clock.now(), monotonic: clock.monotonic() };
  const restored = restoreState(targets, text, {
    now,
    originOf: (name) => {
      const provider = snapshot.providers.get(name);
      return provider && homeOf(provider);
    },
  });
  if (restored === undefined)
    log.warn({}, '[Breaker] The saved breakers cannot be read: all targets are asked again.');
}

import type { CustomRouterSettings } from '../../tasks/custom-router-settings.ts';
import type { SnapshotBuild } from './snapshot-build.ts';

const USUAL = {
  deadline: 50,
  request: 'reduced',
  memory: 256 * 1024 * 1024,
  faults: 5,
  coolDown: 30_000,
} as const;

/** The script that routes. One that is not there does not stop the gateway: the rules decide without it. */
export function buildCustomRouter(build: SnapshotBuild): CustomRouterSettings | undefined {
  const { config, scripts } = build.input;
  const section = config.tasks.custom_router;
  if (section === undefined) return undefined;
  const path = ['tasks', 'custom_router'];
  if (section.provider !== undefined && !Object.hasOwn(config.providers, section.provider))
    build.error([...path, 'provider'], 'names a provider that is not configured', 'Add it to providers.');
  const script = scripts?.get(section.path);
  if (script?.kind !== 'present') {
    const reason = script?.reason ?? 'it was not read';
    build.warn(path, `has no effect: ${reason}`, 'Name a script, relative to the configuration file.');
    return undefined;
  }
  return {
    ...script.value,
    deadline: section.deadline ?? USUAL.deadline,
    request: section.request ?? USUAL.request,
    provider: section.provider,
    memory: section.memory ?? USUAL.memory,
    faults: section.faults ?? USUAL.faults,
    coolDown: section.cool_down ?? USUAL.coolDown,
  };
}

import { formatKeyPath } from './key-path.ts';
import type { MergedLayers } from './layers.ts';

/** The settings that two configurations differ in, such as `tiers.haiku`; never their values. */
export function changedKeys(before: MergedLayers, after: MergedLayers): readonly string[] {
  const earlier = settingsOf(before);
  const later = settingsOf(after);
  const names = new Set([...earlier.keys(), ...later.keys()]);
  return [...names].filter((name) => earlier.get(name) !== later.get(name));
}

function settingsOf({ leaves }: MergedLayers): ReadonlyMap<string, string> {
  return new Map(leaves.map(({ path, value }) => [formatKeyPath(path), JSON.stringify(value)]));
}

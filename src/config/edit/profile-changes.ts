import { isRawObject, ownValue, valueAt, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { PROFILE_SECTIONS } from '../schema/config-schema.ts';
import { TIER_ALIASES } from '../schema/route-sections.ts';
import type { ConfigChange } from './config-change.ts';

/** Puts a profile into use; `undefined` uses none. */
export function useProfileChange(name: string | undefined): ConfigChange {
  return name === undefined
    ? { kind: 'remove', path: ['profile'] }
    : { kind: 'set', path: ['profile'], value: name };
}

/** Writes a profile. @param overlay without it, what the file says itself of the sections a profile may have */
export function saveProfileChange(values: RawObject, name: string, overlay?: RawObject): ConfigChange {
  return { kind: 'set', path: ['profiles', name], value: overlay ?? routingOf(values) };
}

/** @returns `undefined` when there is no such profile */
export function deleteProfileChange(values: RawObject, name: string): ConfigChange | undefined {
  return profileOf(values, name) === undefined ? undefined : { kind: 'remove', path: ['profiles', name] };
}

export function profileOf(values: RawObject, name: string): RawObject | undefined {
  const found = valueAt(values, ['profiles', name]);
  return isRawObject(found) ? found : undefined;
}

/** How the file routes, with the profile that is in use: providers stay where they are, for every profile to use. */
function routingOf(values: RawObject): RawObject {
  const active = ownValue(values, 'profile');
  const overlay = typeof active === 'string' ? (profileOf(values, active) ?? {}) : {};
  const sections = PROFILE_SECTIONS.filter((section) => section !== 'providers');
  return Object.fromEntries(
    sections.flatMap((section) => {
      const [below, above] = [values, overlay].map((layer) => sectionOf(layer, section));
      if (below === undefined && above === undefined) return [];
      const both =
        isRawObject(below) && isRawObject(above) ? { ...below, ...above } : (above ?? below ?? null);
      return [[section, both]];
    }),
  );
}

/** Tiers under their own names, so that one layer may call big what another calls opus. */
function sectionOf(layer: RawObject, section: string): RawValue | undefined {
  const value = ownValue(layer, section);
  if (section !== 'tiers' || !isRawObject(value)) return value;
  const names: Readonly<Record<string, string>> = TIER_ALIASES;
  return Object.fromEntries(Object.entries(value).map(([name, route]) => [names[name] ?? name, route]));
}

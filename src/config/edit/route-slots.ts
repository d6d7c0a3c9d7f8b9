import { TASKS } from '../../domain/task.ts';
import { isTier, TIERS } from '../../domain/tier.ts';
import type { KeyPath } from '../layers/key-path.ts';
import { isRawObject, valueAt, type RawObject, type RawValue } from '../layers/raw-value.ts';
import { TIER_ALIASES } from '../schema/route-sections.ts';
import type { ConfigChange } from './config-change.ts';

/** What can be given a target: the tiers, the kinds of work, and everything else. */
export const ROUTE_SLOTS = [...TIERS, ...TASKS, 'default'] as const;
export type RouteSlot = (typeof ROUTE_SLOTS)[number];

/**
 * The change that sends a slot to these targets, in the way the file already writes it: a mapping keeps its other
 * keys, a tier its name.
 * @param values what the file says
 * @param targets `[]` takes the route away
 */
export function routeChange(values: RawObject, slot: RouteSlot, targets: readonly string[]): ConfigChange {
  const path = pathOf(values, slot);
  const [only, ...others] = targets;
  if (only === undefined) return { kind: 'remove', path: targetPath(values, path, 'sole') };
  const value: RawValue = others.length === 0 ? only : targets;
  return { kind: 'set', path: targetPath(values, path, 'any'), value };
}

/** The change of the size from which a context is long. */
export function thresholdChange(values: RawObject, tokens: number): ConfigChange {
  const path = ['tasks', 'long_context'];
  const written = valueAt(values, path);
  if (written === undefined || written === null || isRawObject(written))
    return { kind: 'set', path: [...path, 'threshold'], value: tokens };
  return { kind: 'set', path, value: { use: written, threshold: tokens } };
}

function pathOf(values: RawObject, slot: RouteSlot): readonly string[] {
  if (slot === 'default') return ['default'];
  if (!isTier(slot)) return ['tasks', slot];
  const alias = Object.entries(TIER_ALIASES).find(
    ([name, tier]) => tier === slot && valueAt(values, ['tiers', name]),
  );
  return ['tiers', alias?.[0] ?? slot];
}

/** Of a route that is written as a mapping, the key `use`; a mapping with nothing else goes as a whole. */
function targetPath(values: RawObject, path: readonly string[], which: 'any' | 'sole'): KeyPath {
  const written = valueAt(values, path);
  if (!isRawObject(written)) return path;
  return which === 'sole' && Object.keys(written).length === 1 ? path : [...path, 'use'];
}

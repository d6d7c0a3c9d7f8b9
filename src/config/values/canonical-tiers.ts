import type { KeyPath } from '../layers/key-path.ts';
import type { ConfigLayer } from '../layers/layer.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { isRawObject, ownValue } from '../layers/raw-value.ts';
import { TIER_ALIASES } from '../schema/route-sections.ts';

/**
 * Writes `small`, `middle` and `big` as haiku, sonnet and opus, so that layers that use different names merge.
 * A layer that uses both names of one tier contradicts itself.
 */
export function canonicalTiers(layer: ConfigLayer): {
  readonly layer: ConfigLayer;
  readonly problems: readonly ConfigProblem[];
} {
  const tiers = ownValue(layer.values, 'tiers');
  if (!isRawObject(tiers)) return { layer, problems: [] };
  const renamed = Object.fromEntries(
    Object.entries(tiers).map(([name, value]) => [canonicalName(name), value]),
  );
  const problems = Object.keys(tiers)
    .filter((name) => canonicalName(name) !== name && Object.hasOwn(tiers, canonicalName(name)))
    .map((name) => contradiction(layer, name));
  const locate = (path: KeyPath) => layer.locate(writtenPath(path, Object.keys(tiers)));
  return { layer: { values: { ...layer.values, tiers: renamed }, locate }, problems };
}

function canonicalName(name: string): string {
  const aliases: Readonly<Record<string, string>> = TIER_ALIASES;
  return Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
}

/** The path as the layer has it: under the alias, when that is the name it used. */
function writtenPath(path: KeyPath, written: readonly string[]): KeyPath {
  const [section, tier, ...rest] = path;
  if (section !== 'tiers' || typeof tier !== 'string' || written.includes(tier)) return path;
  const alias = written.find((name) => canonicalName(name) === tier);
  return alias === undefined ? path : [section, alias, ...rest];
}

function contradiction(layer: ConfigLayer, alias: string): ConfigProblem {
  const path = ['tiers', alias];
  return {
    severity: 'error',
    source: layer.locate(path),
    path,
    message: `is another name for ${canonicalName(alias)}, which is set too`,
    remedy: 'Keep one of the two.',
  };
}

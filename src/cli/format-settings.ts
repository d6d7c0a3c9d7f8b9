import type { LoadedConfig } from '../config-io/load-config.ts';
import { formatKeyPath } from '../config/layers/key-path.ts';
import { formatSource } from '../config/problems/problem.ts';
import { isRawObject, type RawValue } from '../config/layers/raw-value.ts';

/** One line per setting, `key: value`; a secret is its reference and whether something is there. */
export function formatSettings(loaded: LoadedConfig, withProvenance: boolean): readonly string[] {
  return visibleLeaves(loaded).map(({ path, value, source }) => {
    const line = `${formatKeyPath(path)}: ${JSON.stringify(value)}${presence(loaded, value)}`;
    return withProvenance ? `${line}  # ${formatSource(source)}` : line;
  });
}

export function settingsAsJson(loaded: LoadedConfig): object {
  return {
    file: loaded.file,
    exists: loaded.fileExists,
    valid: loaded.kind === 'valid',
    version: loaded.snapshot?.version ?? null,
    settings: visibleLeaves(loaded).map(({ path, value, source }) => ({
      path: formatKeyPath(path),
      value,
      source: formatSource(source),
    })),
    secrets: Object.fromEntries(loaded.secrets),
  };
}

type Leaf = LoadedConfig['provenance']['leaves'][number];

/** Values that were refused may be secrets in the wrong place: they are left out. */
function visibleLeaves(loaded: LoadedConfig): readonly Leaf[] {
  const refused = loaded.problems.filter(({ severity }) => severity === 'error').map(({ path }) => path);
  return loaded.provenance.leaves.filter(
    (leaf) =>
      !refused.some((path) => leaf.path.every((step, index) => index >= path.length || step === path[index])),
  );
}

function presence(loaded: LoadedConfig, value: RawValue): string {
  const found = referencesIn(value).flatMap((reference) => loaded.secrets.get(reference) ?? []);
  return found.length === 0 ? '' : ` (${found.join(', ')})`;
}

function referencesIn(value: RawValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return isRawObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}

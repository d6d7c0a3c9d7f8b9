import type { RawHeaders } from '../../domain/headers.ts';
import type { BetaFilter } from '../../domain/provider.ts';
import { betaName } from './beta-fields.ts';

const HEADER = 'anthropic-beta';

export interface FilteredBetas {
  /** The very same array when nothing was taken out. */
  readonly headers: RawHeaders;
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Applies a provider's filter to the `anthropic-beta` values. The header may repeat and each line may be a list;
 * order is kept, and a line of which nothing is left goes. A filter names a value in full, or without its date.
 */
export function filterBetas(headers: RawHeaders, filter: BetaFilter): FilteredBetas {
  const kept: string[] = [];
  const removed: string[] = [];
  if (filter.kind === 'keep') return { headers, kept, removed };
  const names = new Set(filter.values);
  const remaining: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    const line = headers[index + 1] ?? '';
    if (name.length !== HEADER.length || name.toLowerCase() !== HEADER) {
      remaining.push(name, line);
      continue;
    }
    const values = valuesOf(line);
    const passing = values.filter((value) => passes(value, filter.kind, names));
    kept.push(...passing);
    removed.push(...values.filter((value) => !passing.includes(value)));
    if (passing.length === values.length) remaining.push(name, line);
    else if (passing.length > 0) remaining.push(name, passing.join(','));
  }
  return { headers: removed.length === 0 ? headers : remaining, kept, removed };
}

function valuesOf(line: string): string[] {
  return line
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function passes(value: string, kind: 'allow' | 'deny', names: ReadonlySet<string>): boolean {
  const isNamed = names.has(value) || names.has(betaName(value));
  return isNamed === (kind === 'allow');
}

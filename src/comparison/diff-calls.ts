import type { CallDiff, PairCall } from '../domain/pair.ts';
import { differingPaths } from './differing-paths.ts';

/**
 * Finds each call of A its counterpart among those of B: first the very same call, then one of the same tool, in the
 * order of the answers. Calls without one are told as such.
 */
export function diffCalls(a: readonly PairCall[], b: readonly PairCall[]): readonly CallDiff[] {
  const partners = new Map<number, number>();
  const taken = new Set<number>();
  const match = (fits: (one: PairCall, other: PairCall) => boolean): void => {
    for (const [index, call] of a.entries()) {
      if (partners.has(index)) continue;
      const found = b.findIndex((other, position) => !taken.has(position) && fits(call, other));
      if (found === -1) continue;
      partners.set(index, found);
      taken.add(found);
    }
  };
  match((one, other) => one.tool === other.tool && one.input === other.input);
  match((one, other) => one.tool === other.tool);
  const ofA = a.map((call, index) => diffOf(call, index, b, partners.get(index)));
  const onlyB = b.flatMap(({ tool }, index): CallDiff[] =>
    taken.has(index) ? [] : [{ kind: 'only-b', tool, a: undefined, b: index, paths: [] }],
  );
  return [...ofA, ...onlyB];
}

function diffOf(
  call: PairCall,
  index: number,
  others: readonly PairCall[],
  partner: number | undefined,
): CallDiff {
  const { tool, input } = call;
  const other = partner === undefined ? undefined : others[partner];
  if (other === undefined) return { kind: 'only-a', tool, a: index, b: undefined, paths: [] };
  if (other.input === input) return { kind: 'same', tool, a: index, b: partner, paths: [] };
  return { kind: 'arguments', tool, a: index, b: partner, paths: differingPaths(input, other.input) };
}

/** Whether calls that have a counterpart come in the same order in both answers. */
export function isSameOrder(calls: readonly CallDiff[]): boolean {
  const positions = calls.flatMap(({ b, kind }) => (b === undefined || kind === 'only-b' ? [] : [b]));
  return positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0));
}

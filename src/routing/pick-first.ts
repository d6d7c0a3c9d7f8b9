import { assertNever } from '../lib/assert-never.ts';
import { fractionOf } from '../lib/fraction-of.ts';
import { formatTarget, type Target } from '../domain/target.ts';
import type { TargetPick } from './route-settings.ts';
import type { RouteState } from './route-state.ts';
import type { WarmTarget } from './session-memory.ts';

export interface PickInput {
  readonly pick: TargetPick;
  readonly route: string;
  /** Those that can serve now, in the order of the configuration. */
  readonly targets: readonly Target[];
  /** All of the route, which weights are given for. */
  readonly listed: readonly Target[];
  readonly state: RouteState;
  /** What a lot is drawn from. */
  readonly seed: string;
  /** Estimated tokens of the prompt; `undefined` when nobody looked. */
  readonly promptTokens: number | undefined;
}

export interface Picked {
  readonly targets: readonly Target[];
  /** Why the first is first, in words; `''` where the order of the configuration holds. */
  readonly note: string;
}

/** Brings the target that is to be asked first to the front. */
export function pickFirst(input: PickInput): Picked {
  const { pick, targets, state } = input;
  if (pick.kind === 'priority' || targets.length < 2) return { targets, note: '' };
  const warm = warmOf(input);
  if (pick.kind === 'cheapest') return byPrice(input, warm);
  if (warm !== undefined) return toFront(targets, warm.target, stayNote(warm));
  switch (pick.kind) {
    case 'sticky':
      return { targets, note: '' };
    case 'weighted':
      return byLot(input, pick.weights);
    case 'least-busy':
      return byLoad(targets, state);
    default:
      return assertNever(pick);
  }
}

/** The target that served the session last, if it is one of those that can serve now. */
function warmOf({ route, targets, state }: PickInput): WarmTarget | undefined {
  const warm = state.warmTarget(route);
  const target = warm && targets.find((each) => isSame(each, warm.target));
  return warm === undefined || target === undefined || state.obstacle(target) !== undefined
    ? undefined
    : { ...warm, target };
}

function stayNote({ target, cachedTokens }: WarmTarget): string {
  const words = `the session stays with ${formatTarget(target)}`;
  return cachedTokens === 0 ? words : `${words}, where about ${cachedTokens} prompt tokens are cached`;
}

function byLot({ targets, listed, seed }: PickInput, weights: readonly number[]): Picked {
  const weightOf = (target: Target): number => weights[listed.indexOf(target)] ?? 1;
  const total = targets.reduce((sum, target) => sum + weightOf(target), 0);
  let left = fractionOf(seed) * total;
  const drawn = targets.find((target) => (left -= weightOf(target)) < 0) ?? targets[0];
  return drawn === undefined
    ? { targets, note: '' }
    : toFront(targets, drawn, `${formatTarget(drawn)} by lot`);
}

function byLoad(targets: readonly Target[], state: RouteState): Picked {
  const loads = targets.map((target) => state.load(target));
  const least = targets[loads.indexOf(Math.min(...loads))];
  if (least === undefined || least === targets[0]) return { targets, note: '' };
  return toFront(targets, least, `${formatTarget(least)} is the least busy`);
}

/**
 * By the price of the prompt, which is lower where the session has some of it cached: it stays there unless another
 * target is cheaper all the same. Where no price is known, it stays. One token stands for a prompt that nobody
 * measured: the order is the same unless prices grow with its length.
 */
function byPrice({ targets, state, promptTokens }: PickInput, warm: WarmTarget | undefined): Picked {
  const tokens = promptTokens ?? 1;
  const priced = targets.map((target) => {
    const cached = target === warm?.target ? Math.min(tokens, warm.cachedTokens) : 0;
    return { target, cached, price: state.price(target, tokens, cached) };
  });
  const ordered = priced.toSorted((one, other) => (one.price ?? Infinity) - (other.price ?? Infinity) || 0);
  const [first] = ordered;
  if (first?.price === undefined)
    return warm === undefined ? { targets, note: '' } : toFront(targets, warm.target, stayNote(warm));
  const words = `${formatTarget(first.target)} is the cheapest`;
  const cached = first.cached === 0 ? '' : `, of which about ${first.cached} are cached`;
  const amount = `$${first.price.toPrecision(3)} for about ${tokens} prompt tokens${cached}`;
  return {
    targets: ordered.map(({ target }) => target),
    note: promptTokens === undefined ? words : `${words}: ${amount}`,
  };
}

function toFront(targets: readonly Target[], first: Target, note: string): Picked {
  return { targets: [first, ...targets.filter((target) => target !== first)], note };
}

function isSame(one: Target, other: Target): boolean {
  return one.provider === other.provider && one.model === other.model;
}

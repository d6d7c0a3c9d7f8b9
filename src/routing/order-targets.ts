import type { SkippedTarget } from '../domain/decision.ts';
import type { Target } from '../domain/target.ts';
import { pickFirst, type PickInput } from './pick-first.ts';
import type { TargetList } from './route-settings.ts';
import type { RouteState } from './route-state.ts';

export interface OrderInput extends Omit<PickInput, 'listed'> {
  readonly targets: TargetList;
}

export interface OrderedTargets {
  readonly targets: TargetList;
  readonly skipped: readonly SkippedTarget[];
  readonly note: string;
}

/** A route's targets in the order they are asked, without those that cannot serve now. Never empty. */
export function orderTargets(input: OrderInput): OrderedTargets {
  const { targets } = input;
  // The only target of a route is never withheld: whatever is wrong with it, it can say best itself.
  if (targets.length === 1) return { targets, skipped: [], note: '' };
  const able = withTools(targets, input.state);
  const fitting = withRoom(input, able.targets);
  const ready = readyOnes(fitting.targets, input.state);
  const picked = pickFirst({ ...input, listed: targets, targets: ready.targets });
  const [first, ...others] = picked.targets;
  const skipped = [...able.skipped, ...fitting.skipped, ...ready.skipped];
  return { targets: first === undefined ? targets : [first, ...others], skipped, note: picked.note };
}

interface Sifted {
  readonly targets: readonly Target[];
  readonly skipped: readonly SkippedTarget[];
}

/** Leaves out targets whose model calls no tools, where the request offers some and another target is left. */
function withTools(targets: readonly Target[], state: RouteState): Sifted {
  const lacking = targets.filter((target) => state.lacksTools(target));
  if (lacking.length === 0 || lacking.length === targets.length) return { targets, skipped: [] };
  return {
    targets: targets.filter((target) => !lacking.includes(target)),
    skipped: lacking.map((target) => ({
      target,
      reason: 'the request offers tools, and its model calls none',
    })),
  };
}

/** An estimate may be too high; what is over by less than this is left to the provider. */
const TOLERANCE = 1.1;

/** Leaves out targets the prompt does not fit into; where it fits nowhere, the largest is asked. */
function withRoom({ state, promptTokens }: OrderInput, targets: readonly Target[]): Sifted {
  if (promptTokens === undefined) return { targets, skipped: [] };
  if (!targets.some((target) => state.contextWindow(target) !== undefined)) return { targets, skipped: [] };
  const rooms = targets.map((target) => state.contextWindow(target) ?? Infinity);
  const largest = Math.max(...rooms);
  const tooSmall = (room: number): boolean => promptTokens > room * TOLERANCE && room < largest;
  return {
    targets: targets.filter((_, index) => !tooSmall(rooms[index] ?? Infinity)),
    skipped: targets.flatMap((target, index) => {
      const room = rooms[index] ?? Infinity;
      if (!tooSmall(room)) return [];
      return [{ target, reason: `about ${promptTokens} prompt tokens do not fit into its ${room}` }];
    }),
  };
}

/** Leaves out targets with an obstacle; where all have one, the one that is ready first is asked, alone. */
function readyOnes(targets: readonly Target[], state: RouteState): Sifted {
  const obstacles = targets.map((target) => state.obstacle(target));
  const ready = targets.filter((_, index) => obstacles[index] === undefined);
  const soonest = Math.min(...obstacles.map((obstacle) => obstacle?.readyInMs ?? 0));
  const last = targets.find((_, index) => (obstacles[index]?.readyInMs ?? 0) === soonest);
  const asked = ready.length > 0 || last === undefined ? ready : [last];
  return {
    targets: asked,
    skipped: targets.flatMap((target, index) => {
      const obstacle = obstacles[index];
      return obstacle === undefined || asked.includes(target) ? [] : [{ target, reason: sentence(obstacle) }];
    }),
  };
}

function sentence({ reason, readyInMs }: { readonly reason: string; readonly readyInMs: number }): string {
  const seconds = Math.ceil(readyInMs / 1000);
  return Number.isFinite(seconds) ? `${reason}, for ${seconds} s more` : reason;
}

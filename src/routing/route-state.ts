import type { WarmTarget } from './session-memory.ts';
import type { Target } from '../domain/target.ts';

/**
 * What a decision has to know of this moment. Asked only where a route has a choice; `explain` and live traffic see
 * the same.
 */
export interface RouteState {
  /** Why a target should not be asked now. */
  obstacle(target: Target): TargetObstacle | undefined;
  /** Requests under way at a target. */
  load(target: Target): number;
  /** Tokens a target can hold, where that is known. */
  contextWindow(target: Target): number | undefined;
  /** Whether the request offers tools, and the target's model is said to call none. */
  lacksTools(target: Target): boolean;
  /** Dollars for a prompt of so many tokens, of which some are read from a cache, where a price is known. */
  price(target: Target, promptTokens: number, cachedTokens: number): number | undefined;
  /** The target that served this session last on this route, if its prompt cache may still be warm. */
  warmTarget(route: string): WarmTarget | undefined;
}

export interface TargetObstacle {
  readonly reason: string;
  readonly readyInMs: number;
}

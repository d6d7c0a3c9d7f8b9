/** The registry on paper: what is written to the state directory and read back at the next start. */
import { z } from 'zod';
import type { TargetRegistry } from './target-registry.ts';
import type { TargetKey } from './target-key.ts';
import { savedJson } from '../lib/saved-json.ts';

const keySchema = {
  provider: z.string(),
  /** Left out by earlier versions, which knew one server to a name. */
  origin: z.string().optional(),
  owner: z.union([z.enum(['caller', 'gateway', 'none']), z.templateLiteral(['gateway-', z.number().int()])]),
  model: z.string(),
};

const savedStateSchema = z.object({
  version: z.literal(1),
  /** Wall clock, milliseconds, as are all times here. */
  saved_at: z.number(),
  breakers: z.array(z.object({ ...keySchema, open_until: z.number(), openings: z.number().int().min(1) })),
  cooldowns: z.array(
    z.object({
      ...keySchema,
      account: z.string(),
      scope: z.enum(['model', 'account']),
      until: z.number(),
      reason: z.string(),
    }),
  ),
});

export type SavedState = z.infer<typeof savedStateSchema>;

/** The two clocks, read at the same moment: spans are measured with one and written down with the other. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/** What must survive a restart: breakers that are not closed, cool-downs that are not over. */
export function saveState(registry: TargetRegistry, now: Moment): SavedState {
  const toWall = (monotonic: number): number => now.wall + monotonic - now.monotonic;
  const open = registry.list(now.monotonic).filter(({ state }) => state !== 'closed');
  return {
    version: 1,
    saved_at: now.wall,
    breakers: open.map(({ key, readyInMs, openings }) => ({
      ...key,
      open_until: now.wall + readyInMs,
      openings: Math.max(1, openings),
    })),
    cooldowns: registry.cooldowns.list(now.monotonic).map(({ key, account, scope, until, reason }) => ({
      ...key,
      account,
      scope,
      until: toWall(until),
      reason,
    })),
  };
}

/** Longer cool-downs are never given; more only says that a clock was moved. */
const LONGEST_COOLDOWN = 3_600_000;

export interface RestoreInput {
  readonly now: Moment;
  readonly originOf: (provider: string) => string | undefined;
}

/**
 * Takes up where the last process left off, with what remains of each period. Text that cannot be read changes
 * nothing.
 * @param input.originOf where a provider stands now; what is known of one that is gone is dropped
 * @returns how many breakers and cool-downs were taken over, or `undefined` for text that is no saved state
 */
export function restoreState(
  registry: TargetRegistry,
  text: string,
  { now, originOf }: RestoreInput,
): number | undefined {
  const saved = savedStateSchema.safeParse(savedJson(text)).data;
  if (saved === undefined) return undefined;
  // A wall clock that was set back would stretch every period: what was left when it was saved is the most.
  const remaining = (until: number): number => Math.min(until - now.wall, until - saved.saved_at);
  let count = 0;
  for (const breaker of saved.breakers) {
    const key = keyOf(breaker, originOf);
    if (key === undefined) continue;
    // One whose time is over is half-open: the next request is its probe.
    const forMs = Math.max(0, remaining(breaker.open_until));
    registry.forceOpen(key, { forMs, openings: breaker.openings }, now.monotonic);
    count += 1;
  }
  for (const { account, scope, until: wall, reason, ...savedKey } of saved.cooldowns) {
    const key = keyOf(savedKey, originOf);
    if (key === undefined || remaining(wall) <= 0) continue;
    const until = now.monotonic + Math.min(LONGEST_COOLDOWN, remaining(wall));
    registry.cool({ key, account, scope, until, reason }, now.monotonic);
    count += 1;
  }
  return count;
}

type SavedKey = Omit<TargetKey, 'origin'> & { readonly origin?: string | undefined };

function keyOf(
  { provider, origin, owner, model }: SavedKey,
  originOf: RestoreInput['originOf'],
): TargetKey | undefined {
  const known = origin ?? originOf(provider);
  return known === undefined ? undefined : { provider, origin: known, owner, model };
}

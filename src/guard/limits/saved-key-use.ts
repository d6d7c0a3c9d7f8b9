/** What client keys have used today, on paper: written to the state directory and read back at the next start. */
import { z } from 'zod';
import { dayOf, type KeyUsage } from '../key-limits.ts';
import { savedJson } from '../../lib/saved-json.ts';

const savedKeyUseSchema = z.object({
  version: z.literal(1),
  /** Days in UTC since the Unix epoch. */
  day: z.number().int(),
  /** By the name of the key. */
  tokens: z.record(z.string(), z.number().nonnegative()),
});

/** @param now wall clock, milliseconds */
export function saveKeyUse(usage: KeyUsage, now: number): string {
  const tokens = Object.fromEntries(usage.usedOn(now));
  return JSON.stringify({ version: 1, day: dayOf(now), tokens } satisfies z.infer<typeof savedKeyUseSchema>);
}

/**
 * Goes on counting where the last run left off, if that was today.
 * @returns `unreadable` for text that is no saved use; nothing is taken over then
 */
export function resumeKeyUse(usage: KeyUsage, text: string, now: number): 'resumed' | 'past' | 'unreadable' {
  const saved = savedKeyUseSchema.safeParse(savedJson(text)).data;
  if (saved === undefined) return 'unreadable';
  if (saved.day !== dayOf(now)) return 'past';
  usage.resume(new Map(Object.entries(saved.tokens)), now);
  return 'resumed';
}

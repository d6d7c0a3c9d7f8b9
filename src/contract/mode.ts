import { z } from 'zod';
import { MODES } from '../domain/mode.ts';
import { defineEndpoint } from './endpoint.ts';

/** The mode at this moment, and where it comes from. */
export const modeSchema = z.object({
  mode: z.enum(MODES),
  /** What holds again after a restart. */
  configured: z.enum(MODES),
  /** Whether it was set by hand since the start. */
  switched: z.boolean(),
  /** What it can be switched to. */
  allowed: z.array(z.enum(MODES)),
  /** Copies for comparison since the start. */
  copies: z.object({
    running: z.number().int().nonnegative(),
    sent: z.number().int().nonnegative(),
    /** Pairs of answers that were kept, and that could not be. */
    kept: z.number().int().nonnegative(),
    lost: z.number().int().nonnegative(),
    /** Requests that were to be copied and were not, by reason: `busy`, `budget`, `breaker`, … */
    skipped: z.record(z.string(), z.number().int()),
  }),
});

export type ModeBody = z.infer<typeof modeSchema>;

export const modeEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/mode',
  access: 'loopback',
  summary:
    'Who answers: the routed target, or the passthrough provider with or without a copy to the target.',
  statuses: [200],
  response: modeSchema,
});

export const switchModeEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/mode',
  access: 'loopback',
  summary: 'Switches the mode for requests from now on. Not kept over a restart.',
  statuses: [200],
  body: z.strictObject({ mode: z.enum(MODES, { error: `is one of ${MODES.join(', ')}` }) }),
  response: modeSchema,
});

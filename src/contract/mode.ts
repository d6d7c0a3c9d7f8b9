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

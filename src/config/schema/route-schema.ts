import { z } from 'zod';
import { documented, field } from './field.ts';
import { shapeSchema } from './shape-section.ts';
import { targetListSchema } from './scalars.ts';

const PICKS = ['priority', 'sticky', 'weighted', 'least-busy', 'cheapest'] as const;

/** The keys of a route that is written as a mapping. */
export const routeFields = {
  use: documented(targetListSchema, {
    meaning: 'The target, or a list of them. The first that is ready is asked, the others take over.',
    example: ['zai/glm-4.7', 'openrouter/z-ai/glm-4.7'],
  }),
  pick: field(z.enum(PICKS), {
    meaning:
      'How the first target is chosen: in order (priority); in order, but a session stays where its prompt cache is warm (sticky); by lot (weighted); the one with the fewest requests under way (least-busy); by the list price of the prompt, unknown prices last (cheapest), where cached tokens count as such. With sticky, weighted and least-busy a session stays.',
    default: 'priority',
  }),
  shape: field(shapeSchema, {
    meaning:
      'How the targets of this route are asked in another way than the client wrote: thinking, limits, time.',
    example: { effort: 'high', max_tokens: 32_000 },
  }),
  weights: field(z.array(z.number().positive('must be more than 0')), {
    meaning: 'For weighted: one number a target, in the order of use. Left out: all alike.',
    example: [3, 1],
  }),
};

const routeObjectSchema = z.strictObject(routeFields);

/** A target, a list of targets, or a mapping with `use`; a short form means the mapping with nothing but `use`. */
export const routeSchema = z.union(
  [targetListSchema.transform((use): z.output<typeof routeObjectSchema> => ({ use })), routeObjectSchema],
  { error: 'must be a target such as zai/glm-4.7, a list of them, or a mapping with use' },
);

export type RouteSection = z.output<typeof routeSchema>;

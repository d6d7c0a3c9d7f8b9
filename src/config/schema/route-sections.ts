import { z } from 'zod';
import { TIERS } from '../../domain/tier.ts';
import { documented, field } from './field.ts';
import { routeSchema } from './route-schema.ts';

/** The same tiers under the names other programs use. */
export const TIER_ALIASES = { small: 'haiku', middle: 'sonnet', big: 'opus' } as const;

export const tiersSchema = z.strictObject({
  haiku: field(routeSchema, { meaning: 'Where requests for the small tier go.', default: 'anthropic' }),
  sonnet: field(routeSchema, {
    meaning: 'Where requests for the middle tier go.',
    default: 'anthropic',
  }),
  opus: field(routeSchema, { meaning: 'Where requests for the big tier go.', default: 'anthropic' }),
  small: field(routeSchema, { meaning: 'Another name for haiku.' }),
  middle: field(routeSchema, { meaning: 'Another name for sonnet.' }),
  big: field(routeSchema, { meaning: 'Another name for opus.' }),
});

export const modelTiersSchema = z.record(z.string().min(1), z.enum(TIERS));

const mappingSchema = z.strictObject({
  match: documented(z.string().min(1, 'must not be empty'), {
    meaning: 'A model name; * stands for any run of characters.',
    example: 'gpt-5*',
  }),
  use: documented(routeSchema, { meaning: 'Where such a name goes.', example: 'zai/glm-4.7' }),
  priority: field(z.int({ error: 'must be a whole number' }), {
    meaning: 'Of several that fit, the one with the highest priority decides; of equals, the first.',
    default: 0,
  }),
  enabled: field(z.boolean(), {
    meaning:
      'Whether the mapping counts. One that is switched off stays in the file, and is checked like the others.',
    default: true,
  }),
  notes: field(z.string(), { meaning: 'For whoever reads the file; nothing else is done with it.' }),
});

export const mappingsSchema = z.array(mappingSchema);

export const subagentsSchema = z.strictObject({
  types: field(z.record(z.string().min(1), routeSchema), {
    meaning: "Targets by Claude Code's agent type.",
    example: { Explore: 'zai/glm-4.7' },
  }),
  default: field(routeSchema, {
    meaning: 'Where every other subagent goes. Left out: where the tier of its model goes.',
    example: 'zai',
  }),
});

export const forceSchema = z.strictObject({
  model: field(z.string().min(1, 'must not be empty'), {
    meaning: 'The model to ask for in ALL requests, those of subagents included. Flag: --model.',
    example: 'glm-5-fp8',
  }),
  provider: field(z.string().min(1, 'must not be empty'), {
    meaning: 'The provider that gets ALL requests.',
    example: 'zai',
  }),
});

export const passthroughSchema = z.strictObject({
  provider: field(z.string().min(1, 'must not be empty'), {
    meaning: 'The provider that gets every path that is none of the gateway.',
    default: 'anthropic',
  }),
  fallback: field(z.boolean(), {
    meaning: 'Whether such paths are forwarded at all; false answers them with 404.',
    default: true,
  }),
});

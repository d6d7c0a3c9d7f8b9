import { z } from 'zod';
import { pricesSchema, storeSchema, usageLogSchema } from './accounting-sections.ts';
import { field } from './field.ts';
import {
  providerClocksSchema,
  filtersSchema,
  providerNameSchema,
  providerSchema,
  providersSchema,
} from './provider-section.ts';
import {
  forceSchema,
  mappingsSchema,
  modelTiersSchema,
  passthroughSchema,
  subagentsSchema,
  tiersSchema,
} from './route-sections.ts';
import { targetListSchema } from './scalars.ts';
import { serverClocksSchema, serverSchema } from './server-section.ts';
import { terminalSchema } from './terminal-section.ts';
import { translationSchema } from './translation-section.ts';

/** What a layer may say: every setting may be left out, no setting may be unknown. */
export const configSchema = z.strictObject({
  server: field(serverSchema, { meaning: 'Where the gateway listens, and what it accepts.' }),
  providers: field(providersSchema, {
    meaning:
      'The upstreams, by name. A known provider needs no more than its name. The provider anthropic is always there.',
    example: { zai: {} },
  }),
  tiers: field(tiersSchema, {
    meaning:
      'Where each tier of models goes, recognised by the model name in the request. A target is provider/model, or a provider alone to keep the requested name; of a list, the first is asked and the others take over.',
    example: { haiku: 'zai/glm-4.7' },
  }),
  default: field(targetListSchema, {
    meaning: 'Where model names go that belong to no tier and fit no mapping.',
    default: 'anthropic',
  }),
  model_tiers: field(modelTiersSchema, {
    meaning: 'Exact model names that belong to a tier although their name does not say so.',
    example: { 'glm-4.7': 'haiku' },
  }),
  mappings: field(mappingsSchema, {
    meaning: 'Model names with a target of their own. The first that fits decides, before the tier does.',
    default: [],
    example: [{ match: 'coder-model', use: 'zai/glm-4.7' }],
  }),
  subagents: field(subagentsSchema, { meaning: 'Targets for the subagents of Claude Code.' }),
  force: field(forceSchema, {
    meaning: 'Sends ALL requests to one provider, or asks for one model, or both.',
  }),
  passthrough: field(passthroughSchema, {
    meaning: "What happens to paths that are none of the gateway's own.",
  }),
  claude_credentials_file: field(z.boolean(), {
    meaning:
      'Whether the login in ~/.claude/.credentials.json may serve callers on this machine that send no credential of their own.',
    default: false,
  }),
  translation: field(translationSchema, {
    meaning: 'How requests reach providers of another wire format, and answers come back.',
  }),
  terminal: field(terminalSchema, { meaning: 'The live line per request.' }),
  store: field(storeSchema, { meaning: 'What is kept of the requests: the ledger of tokens and costs.' }),
  usage_log: field(usageLogSchema, { meaning: 'The same as lines of text, beside the ledger.' }),
  prices: field(pricesSchema, {
    meaning:
      'List prices in dollars, by provider, provider/model or provider/prefix*; the most exact key holds, and all of them go before the environment and the built-in catalogue.',
    default: {},
    example: { 'zai/glm-4.7': { input: 0.6, output: 2.2, cache_read: 0.11 } },
  }),
});

const completeProviderSchema = providerSchema
  .extend({ clocks: providerClocksSchema.required(), filters: filtersSchema.required() })
  .required({ format: true, auth: true, http: true, h2_fallback: true, count_tokens: true });

/** All layers together, the defaults included: nothing that has a default is missing any more. */
export const completeConfigSchema = configSchema
  .extend({
    server: serverSchema.extend({ clocks: serverClocksSchema.required() }).required(),
    providers: z.record(providerNameSchema, completeProviderSchema),
    tiers: tiersSchema.pick({ haiku: true, sonnet: true, opus: true }).required(),
    passthrough: passthroughSchema.required(),
    translation: translationSchema.required(),
    terminal: terminalSchema.required(),
    store: storeSchema.required({ enabled: true, keep_days: true }),
    usage_log: usageLogSchema.required({ enabled: true, max_bytes: true, keep_days: true, keep_files: true }),
  })
  .required({
    default: true,
    model_tiers: true,
    mappings: true,
    claude_credentials_file: true,
    prices: true,
  });

export type CompleteConfig = z.output<typeof completeConfigSchema>;
export type CompleteProvider = CompleteConfig['providers'][string];

import { z } from 'zod';
import { alertsSchema } from './alerts-section.ts';
import { MODES } from '../../domain/mode.ts';
import { captureSchema, pricesSchema, storeSchema, usageLogSchema } from './accounting-sections.ts';
import { chainSchema } from './chain-section.ts';
import { compareSchema } from './compare-section.ts';
import { field } from './field.ts';
import { breakersSchema, quotaSchema, retrySchema } from './guard-sections.ts';
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
import { routeSchema } from './route-schema.ts';
import { serverClocksSchema, serverSchema } from './server-section.ts';
import { tasksSchema } from './task-section.ts';
import { terminalSchema } from './terminal-section.ts';
import { tracingSchema } from './tracing-section.ts';
import { logSchema } from './log-section.ts';
import { translationSchema } from './translation-section.ts';

const sectionsSchema = z.strictObject({
  server: field(serverSchema, { meaning: 'Where the gateway listens, and what it accepts.' }),
  providers: field(providersSchema, {
    meaning:
      'The upstreams, by name. A known provider needs no more than its name. The provider anthropic is always there.',
    example: { zai: {} },
  }),
  tiers: field(tiersSchema, {
    meaning:
      'Where each tier of models goes, recognised by the model name in the request. A target is provider/model, or a provider alone to keep the requested name; of a list, the first that is ready is asked and the others take over.',
    example: { haiku: 'zai/glm-4.7' },
  }),
  default: field(routeSchema, {
    meaning: 'Where model names go that belong to no tier and fit no mapping.',
    default: 'anthropic',
  }),
  model_tiers: field(modelTiersSchema, {
    meaning: 'Exact model names that belong to a tier although their name does not say so.',
    example: { 'glm-4.7': 'haiku' },
  }),
  mappings: field(mappingsSchema, {
    meaning:
      'Model names with a target of their own. Of those that fit, the one with the highest priority decides, and of equals the first, before the tier does.',
    default: [],
    example: [{ match: 'coder-model', use: 'zai/glm-4.7' }],
  }),
  subagents: field(subagentsSchema, { meaning: 'Targets for the subagents of Claude Code.' }),
  tasks: field(tasksSchema, {
    meaning:
      'Kinds of work with a route of their own, which comes before the tier and after subagents and mappings. docs/routing.md has the whole order.',
    example: { long_context: { use: 'openrouter/minimax/minimax-m2.5', threshold: 60_000 } },
  }),
  quota: field(quotaSchema, { meaning: "What follows from the windows of callers' Claude subscriptions." }),
  breakers: field(breakersSchema, {
    meaning:
      'When a target that fails is left alone: per provider, credential and model. The only target of a route is never left alone.',
  }),
  retry: field(retrySchema, { meaning: 'How far the gateway goes to get an answer.' }),
  net_fallback: field(
    z.union([z.boolean(), z.string().min(1)], { error: 'must be true, false or a provider' }),
    {
      meaning:
        "Which provider is asked, under the requested name and with the caller's own credential, when the network to all targets of a route fails before anything was answered. true: passthrough.provider. Off by default, so that failures stay visible. Variable: CCP_NET_FALLBACK.",
      default: false,
      example: 'anthropic',
    },
  ),
  force: field(forceSchema, {
    meaning: 'Sends ALL requests to one provider, or asks for one model, or both.',
  }),
  mode: field(z.enum(MODES), {
    meaning:
      'Who answers: the routed target (target); the provider that passthrough names, while the routed target gets a copy for comparison (compare); that provider alone (anthropic-only, which must be allowed at launch by --allow-anthropic-only). `switchyard mode` changes it while the gateway runs. Variable: CC_DEFAULT_MODE.',
    default: 'target',
    example: 'compare',
  }),
  compare: field(compareSchema, { meaning: 'How requests are copied in mode compare. docs/modes.md.' }),
  passthrough: field(passthroughSchema, {
    meaning: "What happens to paths that are none of the gateway's own.",
  }),
  claude_credentials_file: field(z.boolean(), {
    localOnly: true,
    meaning:
      'Whether the login in ~/.claude/.credentials.json may serve callers on this machine that send no credential of their own.',
    default: false,
  }),
  translation: field(translationSchema, {
    meaning: 'How requests reach providers of another wire format, and answers come back.',
  }),
  terminal: field(terminalSchema, { meaning: 'The live line per request.' }),
  log: field(logSchema, {
    meaning:
      "The operator's log, logs/prod/ccp.out in the state directory, of a gateway that runs in the background: how long it grows and is kept.",
  }),
  tracing: field(tracingSchema, { meaning: 'OpenTelemetry traces of what became of every request.' }),
  alerts: field(alertsSchema, {
    meaning: 'Who is told when errors, latency, spending or a quota pass a limit. See docs/observability.md.',
  }),
  store: field(storeSchema, { meaning: 'What is kept of the requests: the ledger of tokens and costs.' }),
  usage_log: field(usageLogSchema, { meaning: 'The same as lines of text, beside the ledger.' }),
  capture: field(captureSchema, {
    meaning: 'Whether bodies are kept for a while, to look into what went wrong. Needs the ledger.',
  }),
  chain: field(chainSchema, {
    meaning: 'Helper services before and after the gateway, which it can start and watch. See docs/chain.md.',
  }),
  prices: field(pricesSchema, {
    meaning:
      'List prices in dollars, by provider, provider/model or provider/prefix*; the most exact key holds, and all of them go before the environment and the built-in catalogue.',
    default: {},
    example: { 'zai/glm-4.7': { input: 0.6, output: 2.2, cache_read: 0.11 } },
  }),
});

/** What a profile may say: where requests go and how, for one gateway that serves several profiles at once. */
const profileSchema = sectionsSchema.pick({
  providers: true,
  tiers: true,
  default: true,
  model_tiers: true,
  mappings: true,
  subagents: true,
  tasks: true,
  quota: true,
  retry: true,
  net_fallback: true,
  force: true,
  passthrough: true,
  translation: true,
});

/** The sections that a profile may have, in the order of the reference. */
export const PROFILE_SECTIONS: readonly string[] = Object.keys(profileSchema.shape);

const profileNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be letters, digits, - and _, at most 64');

/** What a layer may say: every setting may be left out, no setting may be unknown. */
export const configSchema = sectionsSchema.extend({
  profile: field(profileNameSchema, {
    meaning:
      'The profile that is in use; it comes over the rest of the file and below the environment. `switchyard profile use` changes it. Variable: SWITCHYARD_PROFILE.',
  }),
  profiles: field(z.record(profileNameSchema, profileSchema), {
    meaning:
      'Other ways to route, by name: sections that come over those of the file. One is in use by profile, and each may be asked for at any time by the path /p/NAME/v1/….',
    example: { cheap: { tiers: { opus: 'zai/glm-4.7' } } },
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
    compare: compareSchema.required({
      sample: true,
      max_concurrent: true,
      timeout: true,
      keep_days: true,
      answer_bytes: true,
      cancel_with_client: true,
    }),
    translation: translationSchema.required(),
    terminal: terminalSchema.required(),
    log: logSchema.required(),
    tasks: tasksSchema.required({ order: true }),
    quota: quotaSchema.required({ at: true }),
    breakers: breakersSchema.required(),
    retry: retrySchema.required(),
    alerts: alertsSchema.required(),
    tracing: tracingSchema.required({
      service_name: true,
      resource: true,
      content: true,
      content_limit: true,
      conventions: true,
      sampler: true,
      sampler_ratio: true,
      queue: true,
      batch: true,
      delay: true,
      timeout: true,
    }),
    chain: chainSchema.required(),
    store: storeSchema.required({ enabled: true, keep_days: true }),
    capture: captureSchema.required({
      mode: true,
      for: true,
      keep_days: true,
      max_body: true,
      max_total: true,
    }),
    usage_log: usageLogSchema.required({ enabled: true, max_bytes: true, keep_days: true, keep_files: true }),
  })
  .required({
    mode: true,
    default: true,
    model_tiers: true,
    mappings: true,
    claude_credentials_file: true,
    net_fallback: true,
    prices: true,
  });

export type CompleteConfig = z.output<typeof completeConfigSchema>;
export type CompleteProvider = CompleteConfig['providers'][string];

import { z } from 'zod';
import { FORMATS } from '../../domain/format.ts';
import { KNOWN_PROVIDERS } from '../../providers/known-providers.ts';
import { documented, field } from './field.ts';
import { limitsSchema, modelsSchema } from './guard-sections.ts';
import { quirksSchema } from './quirks-section.ts';
import { durationSchema, secretReferenceSchema } from './scalars.ts';
import {
  addressSchema,
  baseUrlSchema,
  headerNameSchema,
  proxySchema,
  schemeSchema,
} from './provider-scalars.ts';

const HTTP_ERROR = 'must be "1.1", "2" or "auto"';

/** YAML reads an unquoted 1.1 as a number; that is what was meant all the same. */
const httpSchema = z
  .union([z.enum(['1.1', '2', 'auto'], { error: HTTP_ERROR }), z.literal([1.1, 2], { error: HTTP_ERROR })], {
    error: HTTP_ERROR,
  })
  .transform((value) => (value === 1.1 ? '1.1' : value === 2 ? '2' : value));

const betaListSchema = z.array(z.string().min(1, 'must not be empty'), {
  error: 'must be a list of beta names',
});

const betasSchema = z.union(
  [
    z.literal('keep'),
    z.strictObject({
      allow: documented(betaListSchema, { meaning: 'Betas that pass; all others are taken out.' }),
    }),
    z.strictObject({
      deny: documented(betaListSchema, { meaning: 'Betas that are taken out; all others pass.' }),
    }),
  ],
  { error: 'must be keep, {allow: [...]} or {deny: [...]}' },
);

export const filtersSchema = z.strictObject({
  betas: field(betasSchema, {
    meaning:
      'Which anthropic-beta values reach the provider: keep, {allow: [...]} or {deny: [...]}. The body fields of a beta go with it. Default: keep for Anthropic, none for others.',
    example: { allow: ['context-1m-2025-08-07'] },
  }),
  thinking: field(z.enum(['keep', 'foreign', 'all']), {
    meaning:
      'Which thinking blocks of the conversation are taken out: none (keep), those signed by another provider (foreign), or all. Default: keep for Anthropic, foreign for others.',
    example: 'foreign',
  }),
  billing_header: field(z.enum(['keep', 'remove']), {
    meaning:
      'Whether the billing line Claude Code puts into its system prompt is removed; it differs in each conversation and spoils prefix caches. Default: keep for Anthropic, remove for others.',
    example: 'remove',
  }),
});

const authObjectSchema = z.strictObject({
  header: field(headerNameSchema, {
    meaning: 'The header the key is sent in. Default: what the provider, or else the format, uses.',
    example: 'x-api-key',
  }),
  scheme: field(schemeSchema, {
    meaning: 'The word in front of the key. Default: Bearer in the header authorization, else none.',
    example: 'Bearer',
  }),
  secret: field(secretReferenceSchema, {
    meaning: 'Where the key is kept: env:NAME or file:PATH (relative to this file). Never the key itself.',
    example: 'env:ZAI_API_KEY',
  }),
  secrets: field(z.array(secretReferenceSchema).min(1, 'must name at least one'), {
    meaning:
      'Several keys in place of one. A key that is refused or asked to wait makes way for the next that is ready; each has limits, a breaker and cool-downs of its own.',
    example: ['env:ZAI_API_KEY', 'env:ZAI_API_KEY_2'],
  }),
  rotate: field(z.enum(['on-refusal', 'in-turn']), {
    meaning:
      'Which of several keys a request begins with: the first that is ready (on-refusal), or one after the other (in-turn), where a session keeps its key because prompts are cached by account.',
    default: 'on-refusal',
  }),
});

const authSchema = z.union([z.enum(['caller', 'none']), authObjectSchema], {
  error: 'must be caller, none or a mapping such as {secret: env:NAME}',
});

const openRouterSchema = z.union(
  [
    z.literal(false),
    z.strictObject({
      models: field(z.int().min(0, 'must be from 0 to 3').max(3, 'must be from 0 to 3'), {
        meaning:
          'How many models a request names: the one asked for, then the next targets of its route at this provider. 0 names none.',
        default: 3,
      }),
      sort: field(z.enum(['throughput', 'price', 'latency', 'none']), {
        meaning: 'By what OpenRouter orders its own providers; none leaves it to OpenRouter.',
        default: 'throughput',
      }),
      partition: field(z.enum(['none', 'model']), {
        meaning:
          'Whether it orders over all models named, so that the fastest answers whichever it is (none), or keeps to the order of the models (model).',
        default: 'none',
      }),
    }),
  ],
  { error: 'must be false or a mapping such as {sort: price}' },
);

export const providerClocksSchema = z.strictObject({
  connect: field(durationSchema, { meaning: 'To connect to the provider.', default: '5s' }),
  tls: field(durationSchema, { meaning: 'For the TLS handshake.', default: '5s' }),
  h2_headers: field(durationSchema, {
    meaning: 'For response headers over HTTP/2, before the one try over HTTP/1.1 (see h2_fallback).',
    default: '10s',
  }),
  headers_stream: field(durationSchema, {
    meaning: 'For the response headers of a stream.',
    default: '300s',
  }),
  headers_whole: field(durationSchema, {
    meaning: 'For the response headers of a whole answer.',
    default: '600s',
  }),
  first_event: field(durationSchema, { meaning: 'From the headers to the first content.', default: '300s' }),
  idle: field(durationSchema, { meaning: 'Between two pieces of an answer.', default: '300s' }),
  total_stream: field(durationSchema, {
    meaning: 'For a streamed answer from start to end.',
    default: '3600s',
  }),
  total_whole: field(durationSchema, { meaning: 'For a whole answer from start to end.', default: '600s' }),
});

/** `generic` is nobody: a provider of which only its entry tells anything. */
const knownNames = [...KNOWN_PROVIDERS.map(({ name }) => name), 'generic'];

export const providerSchema = z.strictObject({
  type: field(z.enum(knownNames), {
    meaning:
      'The known provider whose base URL, key header and quirks this one has. Default: the one of the same name, or the one base_url belongs to.',
    example: 'zai',
  }),
  base_url: field(baseUrlSchema, {
    meaning:
      "Where the provider answers: what stands in front of the format's own paths (/v1/messages, /chat/completions). Needed unless the provider is a known one.",
    example: 'https://api.z.ai/api/anthropic',
  }),
  format: field(z.enum(FORMATS), {
    meaning: "The wire format it speaks. Default: a known provider's own, else anthropic-messages.",
    example: 'openai-chat',
  }),
  auth: field(authSchema, {
    meaning:
      "What it is sent as credential: caller (the client's own, only to this provider), none, or a key of the gateway's. A Claude subscription's token goes to https://api.anthropic.com and nowhere else, whatever stands here. Default: what a known provider asks for, else none.",
    example: { secret: 'env:ZAI_API_KEY' },
  }),
  http: field(httpSchema, {
    meaning:
      'HTTP version toward the provider: "1.1", "2" or "auto". auto is 1.1 unless the provider is known to need 2: one request per connection costs less and cannot stall behind another.',
    default: 'auto',
    example: '1.1',
  }),
  h2_fallback: field(z.boolean(), {
    meaning: 'Whether an HTTP/2 request that stalls before any response byte is tried once over HTTP/1.1.',
    default: false,
  }),
  connect_to: field(addressSchema, {
    meaning:
      'Opens connections to this host:port instead of the one in base_url. TLS name, Host header and credentials stay those of base_url.',
    example: '10.0.0.5:8443',
  }),
  ca_file: field(z.string().min(1, 'must not be empty'), {
    localOnly: true,
    meaning:
      "PEM file of the certificate authorities to trust for this provider instead of the system's; relative to this file.",
    example: 'corporate-ca.pem',
  }),
  proxy: field(proxySchema, {
    meaning:
      'Outbound HTTP proxy: a URL, none, or env:NAME of a variable that holds a URL with user and password. Default: HTTPS_PROXY or HTTP_PROXY unless NO_PROXY names the host.',
    example: 'http://proxy.example:3128',
  }),
  clocks: field(providerClocksSchema, {
    meaning: 'How long the provider is waited for. 0 switches a clock off.',
  }),
  filters: field(filtersSchema, {
    meaning:
      'What is taken out of a request before the provider sees it. Has an effect on anthropic-messages only.',
  }),
  quirks: field(quirksSchema, {
    meaning:
      'What the models of this provider take, where requests have to be translated for it. Corrects what is known of the provider.',
    example: { context_tokens: 131_072 },
  }),
  openrouter: field(openRouterSchema, {
    meaning:
      "What requests carry for OpenRouter's own routing, unless the client wrote it itself; false carries nothing. Default: on for OpenRouter, off for others.",
    example: { sort: 'price' },
  }),
  model_suffixes: field(z.boolean(), {
    meaning:
      'Whether endings such as :high and :8k in the targets of this provider ask for thinking. false takes them for part of the name, as local servers may need it (phi3:medium).',
    default: true,
  }),
  count_tokens: field(z.enum(['forward', 'estimate', 'reject']), {
    meaning:
      'How count_tokens requests are answered: by the provider (forward), by an estimate of the gateway, or with 501 (reject). Default: what is known of the provider, else estimate.',
    example: 'estimate',
  }),
  trace_context: field(z.boolean(), {
    meaning:
      'Whether the provider is told the trace a request belongs to (traceparent, tracestate, baggage). For services of your own: to others it would tie your requests to whatever else you trace.',
    default: false,
  }),
  limits: field(limitsSchema, { meaning: 'How many requests the provider gets at once.' }),
  models: field(modelsSchema, {
    meaning: 'What is known of single models of the provider, by their name there.',
    example: { 'glm-4.7': { context_window: 128_000 } },
  }),
});

/** The name is the first part of a target, so it must not hold a slash. */
export const providerNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'is no provider name: use letters, digits, dots, dashes and underscores',
  );

export const providersSchema = z.record(providerNameSchema, providerSchema);

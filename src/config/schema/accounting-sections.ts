import { z } from 'zod';
import { documented, field } from './field.ts';
import { CAPTURE_MODES } from '../../domain/capture.ts';
import { byteSizeSchema, durationSchema } from './scalars.ts';

/** Absolute on any of the systems we run on; whether it is so on this one, opening it tells. */
const absolutePathSchema = z
  .string({ error: 'must be an absolute path' })
  .regex(/^(\/|[A-Za-z]:[\\/]|\\\\)/, 'must be an absolute path');

const countSchema = z.int({ error: 'must be a whole number' }).min(0, 'must not be negative');

export const storeSchema = z.strictObject({
  enabled: field(z.boolean(), {
    meaning:
      'Whether requests, tokens and costs are kept. false writes no file, the usage log included, and changes nothing about the traffic.',
    default: true,
  }),
  directory: field(absolutePathSchema, {
    localOnly: true,
    meaning:
      'Where the ledger is kept; one gateway at a time. Default: ledger in the state directory. An absolute path.',
    example: '/var/lib/switchyard/ledger',
  }),
  keep_days: field(countSchema, {
    meaning:
      'Single requests older than this many days are deleted; hourly and daily totals stay. 0 keeps everything.',
    default: 90,
  }),
});

export const usageLogSchema = z.strictObject({
  enabled: field(z.boolean(), {
    meaning: 'Whether a line per upstream try is written to usage.jsonl, for tail, jq and scripts.',
    default: true,
  }),
  file: field(absolutePathSchema, {
    localOnly: true,
    meaning: 'The file. Default: logs/prod/usage.jsonl in the state directory. An absolute path.',
    example: '/var/log/switchyard/usage.jsonl',
  }),
  max_bytes: field(byteSizeSchema, {
    meaning: 'A new file is begun above this size, and every day; older ones are compressed.',
    default: '32MiB',
  }),
  keep_days: field(countSchema.min(1, 'must be at least 1'), {
    meaning: 'How many days compressed files are kept.',
    default: 30,
  }),
  keep_files: field(countSchema.min(1, 'must be at least 1'), {
    meaning: 'How many compressed files are kept at most.',
    default: 60,
  }),
});

const instantSchema = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-12-24T18:00:00Z' })
  .transform((text) => Date.parse(text));

export const captureSchema = z.strictObject({
  mode: field(z.enum(CAPTURE_MODES, { error: 'must be off, errors or all' }), {
    meaning:
      'Whether the bodies of requests and answers are kept: off, errors (those that failed) or all. Secrets are taken out as far as they can be recognised; the text of conversations is not. `switchyard capture` switches it while the gateway runs.',
    default: 'off',
  }),
  for: field(durationSchema, {
    meaning: 'How long mode holds after a start or a change of this section; then it is off.',
    default: '1h',
  }),
  until: field(instantSchema, {
    meaning: 'Holds until this time instead, across restarts.',
    example: '2026-12-24T18:00:00Z',
  }),
  keep_days: field(countSchema.min(1, 'must be at least 1'), {
    meaning: 'How many days captured bodies are kept.',
    default: 7,
  }),
  max_body: field(byteSizeSchema, {
    meaning: 'Of a longer body the beginning is kept.',
    default: '4MiB',
  }),
  max_total: field(byteSizeSchema, {
    meaning: 'How much disk captures may take; the oldest go first.',
    default: '256MiB',
  }),
});

const dollarsSchema = z
  .number({ error: 'must be a number of dollars' })
  .min(0, 'must not be negative')
  .max(1_000_000, 'must be a price in dollars per million tokens');

const PER_MILLION = 'Dollars per million';

const tokenPriceFields = {
  input: documented(dollarsSchema, { meaning: `${PER_MILLION} prompt tokens that no cache took part in.` }),
  output: documented(dollarsSchema, { meaning: `${PER_MILLION} tokens of the answer.` }),
  cache_read: field(dollarsSchema, {
    meaning: `${PER_MILLION} prompt tokens read from a cache. Default: a tenth of input for Claude, else what is known of the provider, else input.`,
  }),
  cache_write_5m: field(dollarsSchema, {
    meaning: `${PER_MILLION} prompt tokens cached for five minutes. Default: 1.25 times input for Claude, else input.`,
  }),
  cache_write_1h: field(dollarsSchema, {
    meaning: `${PER_MILLION} prompt tokens cached for an hour. Default: twice input for Claude, else input.`,
  }),
  reasoning: field(dollarsSchema, {
    meaning: `${PER_MILLION} tokens of thought, where they cost other than output.`,
  }),
};

const priceTierSchema = z.strictObject({
  above: documented(countSchema, {
    meaning: 'Holds for prompts of more tokens than this.',
    example: 200_000,
  }),
  ...tokenPriceFields,
});

const priceSchema = z.strictObject({
  ...tokenPriceFields,
  server_tool_calls: field(dollarsSchema, {
    meaning: 'Dollars per thousand tool calls the provider makes itself, such as web searches.',
  }),
  tiers: field(z.array(priceTierSchema), { meaning: 'Other prices for long prompts.' }),
});

const priceKeySchema = z
  .string()
  .regex(/^[^/\s]+(\/\S+)?$/, 'is no provider, provider/model or provider/prefix*');

export const pricesSchema = z.record(priceKeySchema, priceSchema);

import { z } from 'zod';
import { field } from './field.ts';
import { routeSchema } from './route-schema.ts';
import { durationSchema } from './scalars.ts';

const countSchema = z.int({ error: 'must be a whole number' }).min(1, 'must be at least 1');
const shareSchema = z.number().min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1');

export const breakersSchema = z.strictObject({
  consecutive: field(countSchema, {
    meaning: 'Failures in a row after which a target is left alone. Variable: CB_FAILURE_THRESHOLD.',
    default: 5,
  }),
  ratio: field(shareSchema, {
    meaning:
      'Share of failures within the window from which a target is left alone. Useless answers count half.',
    default: 0.5,
  }),
  minimum: field(countSchema, {
    meaning: 'Answers within the window below which their share says nothing.',
    default: 10,
  }),
  window: field(durationSchema, { meaning: 'How long an answer counts.', default: '30s' }),
  open: field(durationSchema, {
    meaning:
      'How long a target is left alone before one request may try it; twice as long after each try that fails. Variable: CB_TIMEOUT_SECONDS.',
    default: '15s',
  }),
  open_max: field(durationSchema, { meaning: 'The longest such time.', default: '300s' }),
  successes: field(countSchema, {
    meaning:
      'Tries in a row that must succeed before all requests go there again. Variable: CB_SUCCESS_THRESHOLD.',
    default: 2,
  }),
});

export const retrySchema = z.strictObject({
  attempts: field(countSchema, {
    meaning:
      'How often one request may be sent upstream where it may be billed, over all targets. Refusals are free and do not count.',
    default: 3,
  }),
  wait: field(durationSchema, {
    meaning:
      'The longest time the last target of a route is waited for when it says that it will have room again. 0 does not wait.',
    default: '10s',
  }),
  hold: field(durationSchema, {
    meaning:
      'How long an answer without content is held back while another target could still take over. After that the client gets it as it comes.',
    default: '240s',
  }),
  budget: field(shareSchema, {
    meaning:
      'Second tries after failures that may have been billed, as a share of all requests. One a second is always free.',
    default: 0.2,
  }),
});

export const quotaSchema = z.strictObject({
  at: field(shareSchema, {
    meaning: "Utilization of a Claude subscription's window from which it counts as used up.",
    default: 1,
  }),
  offload: field(
    z.strictObject({
      haiku: field(routeSchema, { meaning: 'Where requests for the small tier go meanwhile.' }),
      sonnet: field(routeSchema, { meaning: 'Where requests for the middle tier go meanwhile.' }),
      opus: field(routeSchema, { meaning: 'Where requests for the big tier go meanwhile.' }),
    }),
    {
      meaning:
        "Where tiers go while a window of the caller's Claude subscription is used up, until it opens again. Left out: they stay where they are.",
      example: { sonnet: 'zai/glm-5' },
    },
  ),
});

export const limitsSchema = z.strictObject({
  concurrent: field(countSchema, {
    meaning: 'How many requests the provider gets at once. Left out: as many as come.',
    example: 1,
  }),
  per_key: field(countSchema, {
    meaning:
      "How many of these may be charged to one account: one of several keys, or one caller's own credential. A key that is full makes way for the next that has room. Left out: all.",
    example: 2,
  }),
  per_client: field(countSchema, {
    meaning: 'How many of these may belong to one client session. Left out: all.',
  }),
  queue: field(z.int({ error: 'must be a whole number' }).min(0, 'must not be negative'), {
    meaning:
      'How many requests may wait for their turn; client keys are served in turn, and of each its sessions. More are refused, or go to the next target. Default: twice what the provider gets at once, 100 where that is not limited.',
  }),
  wait: field(durationSchema, {
    meaning: 'How long a request waits for its turn when no other target is left.',
    default: '10s',
  }),
});

export const modelsSchema = z.record(
  z.string().min(1),
  z.strictObject({
    context_window: field(countSchema, {
      meaning:
        'Tokens the model can hold. A target whose model is too small for a request is passed over while another is left.',
      example: 128_000,
    }),
    tools: field(z.boolean(), {
      meaning:
        'Whether the model calls tools. A target whose model does not is passed over for requests that offer some, while another is left.',
      example: false,
    }),
  }),
);

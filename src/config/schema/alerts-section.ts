import { z } from 'zod';
import { ALERT_METRICS, ALERT_PRIORITIES } from '../../guard/alerts/alert-rule.ts';
import { documented, field } from './field.ts';
import { durationSchema, secretReferenceSchema } from './scalars.ts';

const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/, 'is no name: use letters, digits, blanks, dots, dashes');
const countSchema = z.int({ error: 'must be a whole number' }).min(0, 'must not be negative');
const wordSchema = z.string().min(1, 'must not be empty');
const headerNameSchema = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no header name');

const thresholdSchema = z.union([z.number().min(0, 'must not be negative'), z.string()], {
  error: 'must be a number, or a duration such as 30s',
});

const onlySchema = z.strictObject({
  provider: field(wordSchema, { meaning: 'The provider that answered last.' }),
  model: field(wordSchema, { meaning: 'The model that answered.' }),
  tier: field(z.enum(['haiku', 'sonnet', 'opus']), { meaning: 'The tier that was asked for.' }),
  client: field(wordSchema, { meaning: 'The program that asked, such as claude-code.' }),
  project: field(wordSchema, { meaning: 'The label x-switchyard-project.' }),
  user: field(wordSchema, { meaning: 'The label x-switchyard-user, or the name of the client key.' }),
});

const ruleSchema = z.strictObject({
  name: documented(nameSchema, {
    meaning: 'What the alert is called. Each rule needs its own.',
    example: 'errors',
  }),
  when: documented(z.enum(ALERT_METRICS), {
    meaning:
      'What is watched: error_rate (share of requests answered with an error), latency and ttft (95th percentile of the whole answer and of the first token), requests (their number), no_traffic (none at all), tokens (all of them, cached ones included), spend (dollars, subscriptions not counted), breaker_open (targets left alone after failures), quota (used share of the fullest window of a Claude subscription).',
    example: 'error_rate',
  }),
  above: field(thresholdSchema, {
    meaning:
      'Above this it is an alert: a share from 0 to 1, a duration for latency and ttft, dollars, or a number. Not needed for no_traffic and breaker_open.',
    example: 0.2,
  }),
  resolve_at: field(thresholdSchema, {
    meaning: 'At or below this the alert is over. Default: four fifths of above.',
    example: 0.1,
  }),
  window: field(durationSchema, {
    meaning: 'How far back is looked. At most an hour, for tokens and spend at most 576h.',
    default: '10m',
  }),
  minimum: field(countSchema, {
    meaning: 'Requests in the window below which error_rate, latency and ttft say nothing.',
    default: 10,
  }),
  for: field(durationSchema, {
    meaning: 'How long it must have been above before anybody is told.',
    default: '0s',
  }),
  cooldown: field(durationSchema, {
    meaning: 'How long after the end of an alert the next one of this rule is not told.',
    default: '15m',
  }),
  priority: field(z.enum(ALERT_PRIORITIES), { meaning: 'How urgent it is; told along.', default: 'normal' }),
  only: field(onlySchema, {
    meaning: 'Only requests with these. Has no meaning for breaker_open and quota.',
    example: { provider: 'zai' },
  }),
  notify: field(z.array(nameSchema), {
    meaning:
      'Names of the channels that are told; an empty list tells nobody but the list of alerts. Default: all.',
    example: ['team'],
  }),
});

const webhookSchema = z.strictObject({
  type: documented(z.literal('webhook'), { meaning: 'Anything that takes JSON over HTTP.' }),
  url: documented(secretReferenceSchema, {
    meaning: 'A reference to the URL that gets a POST with JSON.',
    example: 'env:ALERT_URL',
  }),
  headers: field(z.record(headerNameSchema, secretReferenceSchema), {
    meaning: 'Headers that go with it, each a reference.',
    example: { authorization: 'env:ALERT_TOKEN' },
  }),
});

const slackSchema = z.strictObject({
  type: documented(z.literal('slack'), { meaning: 'Slack, or what takes the same messages.' }),
  url: documented(secretReferenceSchema, {
    meaning:
      'A reference to an incoming webhook of Slack, or of anything that takes the same (Mattermost, Discord with /slack).',
    example: 'env:SLACK_WEBHOOK_URL',
  }),
});

const emailSchema = z.strictObject({
  type: documented(z.literal('email'), { meaning: 'E-mail, by a mail server of yours.' }),
  smtp: documented(secretReferenceSchema, {
    meaning:
      'A reference to the mail server as a URL: smtps://user:password@host:465, or smtp:// for STARTTLS.',
    example: 'env:SMTP_URL',
  }),
  from: documented(z.email({ error: 'must be an e-mail address' }), {
    meaning: 'The sender.',
    example: 'switchyard@example.org',
  }),
  to: documented(z.array(z.email({ error: 'must be an e-mail address' })).min(1, 'must name at least one'), {
    meaning: 'The recipients.',
    example: ['ops@example.org'],
  }),
});

/** Its type says what else a channel needs. */
const channelSchema = z.discriminatedUnion('type', [webhookSchema, slackSchema, emailSchema], {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && 'type' in input
      ? 'must be webhook, slack or email'
      : 'is missing',
});

export const alertsSchema = z.strictObject({
  rules: field(z.array(ruleSchema), {
    meaning: 'What is watched. The open alerts are listed by switchyard alerts.',
    default: [],
    example: [{ name: 'errors', when: 'error_rate', above: 0.2 }],
  }),
  channels: field(z.record(nameSchema, channelSchema), {
    meaning: 'Who is told, by a name of your choice: type webhook, slack or email.',
    default: {},
    example: { team: { type: 'slack', url: 'env:SLACK_WEBHOOK_URL' } },
  }),
  every: field(durationSchema, { meaning: 'How often the rules are looked at.', default: '15s' }),
});

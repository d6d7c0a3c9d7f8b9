import { z } from 'zod';
import { documented, field } from './field.ts';
import { providerNameSchema } from './provider-section.ts';
import { baseUrlSchema, headerNameSchema } from './provider-scalars.ts';
import { durationSchema, secretReferenceSchema } from './scalars.ts';

const text = z.string().min(1, 'must not be empty');

/** The id names log files and stands in URLs. */
const entryIdSchema = z
  .string({ error: 'must be a short name' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be letters, digits, dashes and underscores, at most 64');

/** Text as written, or words in a list. */
const commandSchema = z.union([text, z.array(z.string()).min(1, 'must name a program')], {
  error: 'must be a command line, or a list of words',
});

const headerValueSchema = z
  .string({ error: 'must be text' })
  .regex(/^[\t\x20-\x7e]*$/, 'must be plain text on one line');

/** These hold credentials: their values are written by reference only. */
const CREDENTIAL_HEADERS = /^(?:authorization|x-api-key|x-goog-api-key|api-key|cookie)$/;

const extraHeadersSchema = z
  .record(z.string(), headerValueSchema)
  .superRefine((headers, check) => {
    for (const [name, value] of Object.entries(headers)) {
      const known = headerNameSchema.safeParse(name);
      const message = known.success
        ? literalSecretIn(known.data, value)
        : (known.error.issues[0]?.message ?? 'is no header');
      if (message !== undefined) check.addIssue({ code: 'custom', message, path: [name] });
    }
  })
  .transform((headers) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  );

function literalSecretIn(name: string, value: string): string | undefined {
  if (!CREDENTIAL_HEADERS.test(name) || secretReferenceSchema.safeParse(value).success) return undefined;
  return 'must not hold the secret itself: write env:NAME or file:PATH';
}

/** They are filled into commands, which a shell may read: nothing in them may mean anything to one. */
const entryUrlSchema = baseUrlSchema.refine((url) => /^https?:\/\/[\w.:[\]-]+(?:\/[\w./~-]*)?$/.test(url), {
  error: 'must be a plain URL: letters, digits, dots, dashes and slashes',
});

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

const variableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable');

const serviceEnvironmentSchema = z
  .record(variableNameSchema, z.string({ error: 'must be text' }))
  .superRefine((variables, check) => {
    for (const [name, value] of Object.entries(variables)) {
      if (!SECRET_NAME.test(name) || secretReferenceSchema.safeParse(value).success) continue;
      const message = 'must not hold the secret itself: write env:NAME or file:PATH';
      check.addIssue({ code: 'custom', message, path: [name] });
    }
  });

const entrySchema = z.strictObject({
  id: documented(entryIdSchema, {
    meaning: 'What commands and logs call the entry; each has its own.',
    example: 'headroom',
  }),
  name: documented(text, { meaning: 'What people read.', example: 'Headroom' }),
  side: field(z.enum(['before', 'after']), {
    meaning:
      'before: clients are given the URL of the entry, and the entry has to send on to the gateway. after: requests for the providers it names pass it on their way out; it gets auth_key or nothing, never the key of a provider and never a credential of the caller.',
    default: 'before',
  }),
  type: field(z.enum(['http', 'cli_wrapper']), {
    meaning: 'http is a service with a port. cli_wrapper is a command without one (RTK): it is only shown.',
    default: 'http',
  }),
  enabled: field(z.boolean(), {
    meaning: 'Whether requests pass it and the gateway starts it.',
    default: true,
  }),
  order: field(z.number({ error: 'must be a number' }), {
    meaning: 'Its position, smallest first. Default: as listed.',
    example: 10,
  }),
  url: field(entryUrlSchema, {
    meaning:
      "Where it answers, with what stands in front of the format's own paths. Default: http://127.0.0.1 with its port.",
    example: 'http://127.0.0.1:8787',
  }),
  port: field(z.int({ error: 'must be a port' }).min(0, 'must be a port').max(65_535, 'must be a port'), {
    meaning: 'Its port on this machine, instead of url. 0: there is none.',
    default: 0,
    example: 8787,
  }),
  health_path: field(z.string().regex(/^\/[\x21-\x7e]*$/, 'must begin with /'), {
    meaning: 'The path that answers 2xx while the service is well.',
    default: '/health',
  }),
  timeout: field(durationSchema, {
    meaning: 'How long it may take from its start to its first healthy answer.',
    default: '90s',
  }),
  service_cmd: field(commandSchema, {
    localOnly: true,
    meaning:
      'The command that starts it, one line or a list of words; it stays in the foreground. {port}, {url}, {next_url} and {gateway_url} are filled in. Left out: somebody else starts it. Cannot be set over HTTP.',
    example: 'headroom proxy --port {port}',
  }),
  service_stop_cmd: field(commandSchema, {
    localOnly: true,
    meaning:
      'The command that ends it. Default: SIGTERM, then SIGKILL, to everything that service_cmd brought to life. Cannot be set over HTTP.',
  }),
  service_shell: field(z.boolean(), {
    localOnly: true,
    meaning:
      'Whether the commands are read by a shell (sh, on Windows cmd). Off: they are split into words. Cannot be set over HTTP.',
    default: false,
  }),
  service_env: field(serviceEnvironmentSchema, {
    localOnly: true,
    meaning:
      "Variables for the service, as text or by reference (env:NAME hands one on). It gets no others of the gateway's but PATH, HOME, the language and the like, so that it sees no key that is not meant for it. Placeholders as in service_cmd. Cannot be set over HTTP.",
    example: { ANTHROPIC_TARGET_API_URL: '{next_url}' },
  }),
  auth_key: field(secretReferenceSchema, {
    meaning:
      'The key it asks for, by reference. Sent with health checks; on the side after also with requests, in the header that the format of the provider uses.',
    example: 'env:CLIPROXYAPI_KEY',
  }),
  extra_headers: field(extraHeadersSchema, {
    meaning: 'Headers it is sent as auth_key is; values as text or by reference.',
    example: { 'x-team': 'compilers' },
  }),
  providers: field(z.array(providerNameSchema), {
    meaning: 'On the side after: the providers it stands in front of.',
    default: [],
    example: ['openrouter'],
  }),
  model_prefixes: field(z.array(text), {
    meaning:
      "On the side after: only models that begin so pass it. Without providers these are models of any provider that is not reached with the caller's own credential.",
    default: [],
    example: ['gpt-', 'gemini-'],
  }),
});

export type EntrySection = z.output<typeof entrySchema>;

export const chainSchema = z.strictObject({
  autostart: field(z.boolean(), {
    meaning: 'Whether enabled entries with a service_cmd start and stop with the gateway.',
    default: true,
  }),
  entries: field(z.array(entrySchema, { error: 'must be a list of entries' }), {
    meaning: 'The helper services, in the order in which a request passes them.',
    default: [],
    example: [
      {
        id: 'headroom',
        name: 'Headroom',
        port: 8787,
        service_cmd: 'headroom proxy --port {port}',
        service_env: { ANTHROPIC_TARGET_API_URL: '{next_url}' },
      },
    ],
  }),
});

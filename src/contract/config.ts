import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

const stepSchema = z.union([z.string(), z.number().int().nonnegative()]);
const pathSchema = z.array(stepSchema).min(1);

const changeSchema = z.union([
  z.strictObject({ path: pathSchema, value: z.json() }),
  z.strictObject({ path: pathSchema, remove: z.literal(true) }),
]);

const configSchema = z.object({
  /** The configuration file, whether it exists or not. */
  file: z.string(),
  /** Names the version of the file; a change is sent with the one it was made for. */
  etag: z.string(),
  /** Hash of what is in force. */
  version: z.string(),
  /** What the file says; secrets are references. `null` while it says something that cannot be served. */
  values: z.record(z.string(), z.json()).nullable(),
  /** Every setting in force and where it comes from. */
  settings: z.array(z.object({ path: pathSchema, value: z.json(), source: z.string() })),
  /** Settings that cannot be changed here, with `*` for any name or index. */
  read_only: z.array(z.string()),
  needs_restart: z.array(z.string()),
});

const configChangedSchema = z.object({
  etag: z.string(),
  /** Hash of what is in force now. */
  version: z.string(),
  /** Settings whose new values wait for a restart. */
  needs_restart: z.array(z.string()),
});

export type ConfigBody = z.infer<typeof configSchema>;
export type ConfigChanged = z.infer<typeof configChangedSchema>;

export const configEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/config',
  access: 'token',
  summary: 'The configuration: what the file says, what is in force, and what may be changed here.',
  statuses: [200],
  response: configSchema,
});

export const changeConfigEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/config',
  access: 'token',
  summary:
    'Changes the configuration file and puts it into force: single settings (`changes`), or all the file says (`values`). Comments stay.',
  statuses: [200],
  body: z.union([
    z.strictObject({ etag: z.string(), changes: z.array(changeSchema).min(1).max(1_000) }),
    z.strictObject({ etag: z.string(), values: z.record(z.string(), z.json()) }),
  ]),
  response: configChangedSchema,
});

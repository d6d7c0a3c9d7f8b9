import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

/** An entry in the shape that the predecessors' tools know. */
const entrySchema = z.object({
  id: z.string(),
  name: z.string(),
  side: z.enum(['before', 'after']),
  type: z.enum(['http', 'cli_wrapper']),
  enabled: z.boolean(),
  /** Its position, from 0. */
  order: z.number().int().nonnegative(),
  url: z.string(),
  port: z.number().int(),
  health_path: z.string(),
  /** Seconds. */
  timeout: z.number(),
  /** Whether it is given a key; the key itself, and where it is kept, are not told. */
  has_auth_key: z.boolean(),
  extra_headers: z.record(z.string(), z.string()),
  providers: z.array(z.string()),
  model_prefixes: z.array(z.string()),
  /** Read-only, as are the next two. */
  service_cmd: z.string().nullable(),
  service_stop_cmd: z.string().nullable(),
  service_shell: z.boolean(),
});

const proxyChainSchema = z.object({
  /** Names the version of the file. */
  etag: z.string(),
  entries: z.array(entrySchema),
});

/** What is left out stays as it is; entries that are left out are removed. */
const givenEntrySchema = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1).optional(),
  side: z.enum(['before', 'after']).optional(),
  type: z.enum(['http', 'cli_wrapper']).optional(),
  enabled: z.boolean().optional(),
  order: z.number().optional(),
  url: z.string().optional(),
  port: z.number().int().optional(),
  health_path: z.string().optional(),
  timeout: z.number().optional(),
  has_auth_key: z.boolean().optional(),
  /** A reference such as env:NAME; null takes it away. */
  auth_key: z.string().nullable().optional(),
  extra_headers: z.record(z.string(), z.string()).optional(),
  providers: z.array(z.string()).optional(),
  model_prefixes: z.array(z.string()).optional(),
  service_cmd: z.string().nullable().optional(),
  service_stop_cmd: z.string().nullable().optional(),
  service_shell: z.boolean().optional(),
});

export type ProxyChainBody = z.infer<typeof proxyChainSchema>;
export type ProxyChainEntry = z.infer<typeof entrySchema>;

export const proxyChainEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/proxy-chain',
  access: 'token',
  summary: 'The helper services as they are configured, in the order in which requests pass them.',
  statuses: [200],
  response: proxyChainSchema,
});

export const changeProxyChainEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/proxy-chain',
  access: 'token',
  summary:
    'Writes the helper services into the configuration file, in the order given, and puts them into force. Commands cannot be changed here.',
  statuses: [200],
  body: z.strictObject({
    entries: z.array(givenEntrySchema).max(100),
    /** The version that the change was made for; without it, whatever is there is changed. */
    etag: z.string().optional(),
  }),
  response: proxyChainSchema,
});

import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';

/** A target; several with commas between them are a cascade; empty where there is none. */
const targetsSchema = z.string();

const routesSchema = z.object({
  default: targetsSchema,
  background: targetsSchema,
  think: targetsSchema,
  long_context: targetsSchema,
  /** Prompt tokens above which a context is long. */
  long_context_threshold: z.number().int().positive(),
  web_search: targetsSchema,
  image: targetsSchema,
  /** A script of the user's own; read-only here. */
  custom_router_path: z.string(),
});

const routerConfigSchema = routesSchema.extend({
  /** Names the version of the file. */
  etag: z.string(),
});

/** A list means the same as its items with commas between them; `null` and an empty text take a route away. */
const givenTargets = z.union([z.string(), z.array(z.string()), z.null()]);

const givenSchema = z
  .strictObject({
    default: givenTargets,
    background: givenTargets,
    think: givenTargets,
    long_context: givenTargets,
    long_context_threshold: z.number().int().positive(),
    web_search: givenTargets,
    image: givenTargets,
    custom_router_path: z.string().nullable(),
    /** The version that the change was made for; without it, whatever is there is changed. */
    etag: z.string(),
  })
  .partial();

export type RouterConfigBody = z.infer<typeof routerConfigSchema>;
export type RouterConfigGiven = z.infer<typeof givenSchema>;

export const routerConfigEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/router-config',
  access: 'token',
  summary: 'Where requests go by what they are for.',
  statuses: [200],
  response: routerConfigSchema,
});

export const changeRouterConfigEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/router-config',
  access: 'token',
  summary: 'Changes routes in the configuration file and puts them into force; what is left out stays.',
  statuses: [200],
  body: givenSchema,
  response: routerConfigSchema,
});

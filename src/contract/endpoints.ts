/**
 * The admin API as one table. Adding a route is one entry here: the server then fails to compile without a
 * handler for it, and the admin client can call it.
 */
import type { z } from 'zod';
import type { EndpointAnswer } from './endpoint.ts';
import { healthEndpoint } from './health.ts';
import { readyEndpoint } from './ready.ts';
import { shutdownEndpoint } from './shutdown.ts';
import { statsEndpoint } from './stats.ts';
import { statusEndpoint } from './status.ts';

export const ENDPOINTS = {
  health: healthEndpoint,
  ready: readyEndpoint,
  status: statusEndpoint,
  stats: statsEndpoint,
  shutdown: shutdownEndpoint,
} as const;

export type EndpointName = keyof typeof ENDPOINTS;

/** The parsed body an endpoint answers with. */
export type ResponseOf<Name extends EndpointName> = z.infer<(typeof ENDPOINTS)[Name]['response']>;

/** One handler per endpoint; `Call` is whatever the server knows of a request (who calls, from where). */
export type EndpointHandlers<Call> = {
  readonly [Name in EndpointName]: (
    call: Call,
  ) => EndpointAnswer<ResponseOf<Name>> | Promise<EndpointAnswer<ResponseOf<Name>>>;
};

import type { z } from 'zod';

/**
 * One route of the admin API, described once. The server must implement every entry (`EndpointHandlers` is a
 * type error until it does), the admin client calls through them, and both parse with the same schema.
 */
export interface Endpoint<Response extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  /** HTTP statuses whose body follows `response`; every other status carries an {@link ErrorBody}. */
  readonly statuses: readonly number[];
  readonly response: Response;
}

/**
 * Who may call a route: `public` everyone who reaches the port, `loopback` a non-browser caller on this
 * machine (or the admin token from elsewhere), `token` only with the admin token.
 */
type Access = 'public' | 'loopback' | 'token';

/** What a handler answers: one of the endpoint's statuses, and the body its schema describes. */
export interface EndpointAnswer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Keeps the exact type of the response schema while checking the rest. */
export function defineEndpoint<Response extends z.ZodType>(endpoint: Endpoint<Response>): Endpoint<Response> {
  return endpoint;
}

import { z } from 'zod';

/**
 * One route of the admin API, described once. The server must implement every entry (`EndpointHandlers` is a
 * type error until it does), the admin client calls through them, and both parse with the same schemas.
 */
export interface Endpoint<
  Response extends z.ZodType = z.ZodType,
  Query extends z.ZodObject = z.ZodObject,
  Parameters extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `{name}` stands for one segment, parsed by `parameters`. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  /** HTTP statuses whose body follows `response`; every other status carries an {@link ErrorBody}. */
  readonly statuses: readonly number[];
  readonly response: Response;
  /** Text by name on the way in; an unknown name is refused, so that a slip of the pen cannot widen a question. */
  readonly query: Query;
  readonly parameters: Parameters;
  /** JSON on the way in; none counts as an empty object. */
  readonly body: Body;
  /** The body is text of these types, sent piece by piece, and `response` describes nothing. */
  readonly streams?: readonly string[] | undefined;
  /** How long an answer may take where it depends on others, milliseconds; a client waits so long and not less. */
  readonly patienceMs?: number | undefined;
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

/** The body of an endpoint that streams. */
export interface TextStream {
  readonly contentType: string;
  readonly pieces: AsyncIterable<string>;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

type Optional = 'query' | 'parameters' | 'body';

/** What the ledger answers: its thread waits five seconds for a locked database, and may be busy writing. Milliseconds. */
export const LEDGER_PATIENCE_MS = 15_000;

/** Keeps the exact types of the schemas while checking the rest. */
export function defineEndpoint<
  Response extends z.ZodType,
  Query extends z.ZodObject = Nothing,
  Parameters extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
>(
  endpoint: Omit<Endpoint<Response, Query, Parameters, Body>, Optional> &
    Partial<Pick<Endpoint<Response, Query, Parameters, Body>, Optional>>,
): Endpoint<Response, Query, Parameters, Body> {
  const complete = { query: nothing, parameters: nothing, body: nothing, ...endpoint };
  // Where a schema is left out its type parameter is the default, which `nothing` is.
  return complete as Endpoint<Response, Query, Parameters, Body>;
}

import type { IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import type { Endpoint, EndpointAnswer, TextStream } from '../../contract/endpoint.ts';
import { ENDPOINTS, type EndpointHandlers, type EndpointName } from '../../contract/endpoints.ts';
import type { ErrorBody } from '../../contract/error-body.ts';
import { ERROR_TABLE, GatewayError, type ErrorCode, type ErrorKind } from '../../domain/errors.ts';
import { LedgerUnavailable } from '../../domain/ledger.ts';
import type { Secret } from '../../lib/secret.ts';
import { isLoopback } from '../edge/addresses.ts';
import { ADMIN_HEADERS, matchesPath, type AdminCall, type AdminListener } from './admin-call.ts';
import { describeIssue } from './describe-issue.ts';
import { sameSecret } from '../edge/client-key.ts';

interface Bindings {
  readonly incoming: IncomingMessage;
}

/**
 * Mounts the contract: every endpoint with its access rule in front, inside the dispatcher, so that no route can
 * be reached around its check. Unknown methods of known paths are 405.
 */
export function createAdminApp(handlers: EndpointHandlers<AdminCall>, token: Secret): AdminListener {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const name of Object.keys(ENDPOINTS) as EndpointName[]) mount(app, name, { handlers, token });
  app.notFound((context) => {
    const known = Object.values(ENDPOINTS).filter(({ path }) => matchesPath(path, context.req.path));
    const allow = known.map(({ method }) => method).join(', ');
    return refuse(context, plainError('method_not_allowed', context), { allow });
  });
  app.onError((error, context) => refuse(context, errorOf(error, context)));
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings));
  return (request, response) => void listener(request, response);
}

interface Served {
  readonly handlers: EndpointHandlers<AdminCall>;
  readonly token: Secret;
}

function mount(app: Hono<{ Bindings: Bindings }>, name: EndpointName, { handlers, token }: Served): void {
  const endpoint: Endpoint = ENDPOINTS[name];
  // Its input is parsed by the schemas of this very endpoint; the compiler cannot follow the index that far.
  const handle = handlers[name] as Handler;
  app.on(endpoint.method, endpoint.path.replaceAll(PARAMETER, ':$1'), async (context) => {
    const call = callOf(context, token);
    if (!mayCall(endpoint, call)) throw plainError('admin_token_required', context);
    if (endpoint.streams !== undefined && context.req.method === 'HEAD') return headOf(endpoint);
    const { status, body } = await handle(call, await readInput(endpoint, context));
    if (endpoint.streams === undefined) return Response.json(body, { status, headers: ADMIN_HEADERS });
    return streamText(body as TextStream, status); // What such an endpoint answers with.
  });
}

type Handler = (
  call: AdminCall,
  input: unknown,
) => EndpointAnswer<unknown> | Promise<EndpointAnswer<unknown>>;

const PARAMETER = /\{(\w+)\}/g;

async function readInput(
  endpoint: Endpoint,
  context: Context,
): Promise<{ query: unknown; parameters: unknown; body: unknown }> {
  const { searchParams } = new URL(context.req.url);
  const twice = [...searchParams.keys()].find((name, index, names) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new GatewayError('bad_query', `${twice} is given twice.`);
  return {
    query: parsed(endpoint.query, Object.fromEntries(searchParams)),
    parameters: parsed(endpoint.parameters, context.req.param()),
    body: parsed(endpoint.body, await readBody(context)),
  };
}

/** A request to be explained may be as large as one to be answered. */
const MAX_BODY_BYTES = 34 * 1024 * 1024;

/** @throws GatewayError `malformed_body`, `body_too_large` */
async function readBody(context: Context): Promise<unknown> {
  if (context.req.method === 'GET') return {};
  const declared = Number(context.req.header('content-length') ?? 0);
  const isChunked = context.req.header('transfer-encoding') !== undefined;
  if (declared === 0 && !isChunked) return {};
  if (declared > MAX_BODY_BYTES || isChunked)
    throw new GatewayError('body_too_large', 'The body needs a Content-Length of at most 34 MiB.');
  try {
    return await context.req.json();
  } catch (cause) {
    throw new GatewayError('malformed_body', 'The body is not valid JSON.', { cause });
  }
}

/** @throws GatewayError `bad_query`, naming the first parameter that is wrong and never its value */
function parsed(schema: z.ZodType, given: unknown): unknown {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new GatewayError('bad_query', describeIssue(result.error.issues));
}

/** Nobody would read the stream behind it, and nobody would end it. */
function headOf({ streams = [] }: Endpoint): Response {
  return new Response(null, { headers: { ...ADMIN_HEADERS, 'content-type': streams[0] ?? 'text/plain' } });
}

function streamText({ contentType, pieces }: TextStream, status: number): Response {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const piece = await iterator.next();
      if (piece.done === true) controller.close();
      else controller.enqueue(encoder.encode(piece.value));
    },
    cancel: async () => {
      await iterator.return?.();
    },
  });
  return new Response(body, { status, headers: { ...ADMIN_HEADERS, 'content-type': contentType } });
}

function callOf(context: Context<{ Bindings: Bindings }>, token: Secret): AdminCall {
  const shown = /^bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
  return {
    callerIsLoopback: isLoopback(context.env.incoming.socket.remoteAddress),
    hasToken: sameSecret(token.reveal(), shown.trim()),
    lastEventId: context.req.header('last-event-id'),
  };
}

function mayCall(endpoint: Endpoint, call: AdminCall): boolean {
  if (endpoint.access === 'public' || call.hasToken) return true;
  return endpoint.access === 'loopback' && call.callerIsLoopback;
}

function plainError(code: ErrorCode, context: Context): GatewayError {
  return new GatewayError(code, `${context.req.method} ${context.req.path}: ${ERROR_TABLE[code].meaning}`);
}

function errorOf(error: unknown, context: Context): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof LedgerUnavailable) return new GatewayError('ledger_unavailable', `${error.message}.`);
  return plainError('internal', context);
}

const STATUSES = {
  invalid_request: 400,
  authentication: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  overloaded: 503,
} as const satisfies Partial<Record<ErrorKind, number>>;

function refuse(context: Context, error: GatewayError, headers: Record<string, string> = {}): Response {
  const { kind, remedy } = ERROR_TABLE[error.code];
  const body: ErrorBody = { error: { code: error.code, message: error.message, remedy } };
  const status = Object.hasOwn(STATUSES, kind) ? STATUSES[kind as keyof typeof STATUSES] : 500;
  return context.json(body, status, headers);
}

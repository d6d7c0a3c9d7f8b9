import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Endpoint } from '../contract/endpoint.ts';
import { ENDPOINTS, type EndpointHandlers, type EndpointName } from '../contract/endpoints.ts';
import type { ErrorBody } from '../contract/error-body.ts';
import { ERROR_TABLE, type ErrorCode } from '../domain/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { isLoopback } from './addresses.ts';
import { sameSecret } from './client-key.ts';

/** What a handler knows of who calls. */
export interface AdminCall {
  readonly callerIsLoopback: boolean;
  readonly hasToken: boolean;
}

/** The admin API on the gateway's own port. */
export interface AdminApp {
  serves(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

interface Bindings {
  readonly incoming: IncomingMessage;
}

/**
 * Mounts the contract: every endpoint with its access rule in front, inside the dispatcher, so that no route can
 * be reached around its check. Unknown methods of known paths are 405.
 */
export function createAdmin(handlers: EndpointHandlers<AdminCall>, token: Secret): AdminApp {
  const app = new Hono<{ Bindings: Bindings }>();
  const paths = new Set<string>(Object.values(ENDPOINTS).map(({ path }) => path));
  for (const name of Object.keys(ENDPOINTS) as EndpointName[]) {
    const endpoint: Endpoint = ENDPOINTS[name];
    app.on(endpoint.method, endpoint.path, async (context) => {
      const call = callOf(context, token);
      if (!mayCall(endpoint, call)) return refuse(context, 'admin_token_required', 401);
      const { status, body } = await handlers[name](call);
      return Response.json(body, {
        status,
        headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      });
    });
  }
  app.notFound((context) => {
    const known = Object.values(ENDPOINTS).filter(({ path }) => path === context.req.path);
    const allow = known.map(({ method }) => method).join(', ');
    return refuse(context, 'method_not_allowed', 405, { allow });
  });
  app.onError((_, context) => refuse(context, 'internal', 500));
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings));
  return {
    serves: (path) => paths.has(path),
    handle: (request, response) => void listener(request, response),
  };
}

function callOf(context: Context<{ Bindings: Bindings }>, token: Secret): AdminCall {
  const shown = /^bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
  return {
    callerIsLoopback: isLoopback(context.env.incoming.socket.remoteAddress),
    hasToken: sameSecret(token.reveal(), shown.trim()),
  };
}

function mayCall(endpoint: Endpoint, call: AdminCall): boolean {
  if (endpoint.access === 'public' || call.hasToken) return true;
  return endpoint.access === 'loopback' && call.callerIsLoopback;
}

function refuse(
  context: Context,
  code: ErrorCode,
  status: 401 | 405 | 500,
  headers: Record<string, string> = {},
): Response {
  const { meaning, remedy } = ERROR_TABLE[code];
  const body: ErrorBody = {
    error: { code, message: `${context.req.method} ${context.req.path}: ${meaning}`, remedy },
  };
  return context.json(body, status, headers);
}

/**
 * Where the admin API begins. What a start and its supervisor ask is answered here; the rest is loaded with the first
 * request for it, because it takes as long to load as everything else, and many gateways are never asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EndpointAnswer } from '../../contract/endpoint.ts';
import { ENDPOINTS, type EndpointHandlers } from '../../contract/endpoints.ts';
import { toGatewayError } from '../../domain/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import { isLoopback } from '../edge/addresses.ts';
import { ADMIN_HEADERS, matchesPath, type AdminCall, type AdminListener } from './admin-call.ts';
import { sendError } from '../edge/send-error.ts';

/** The admin API on the gateway's own port. */
export interface AdminApp {
  serves(path: string): boolean;
  handle: AdminListener;
}

/** Asked while the program is still starting; none takes input or needs more than a caller on this machine. */
const PROBES = ['health', 'ready', 'status'] as const;
type Probe = (typeof PROBES)[number];

export interface AdminOptions {
  readonly handlers: EndpointHandlers<AdminCall>;
  readonly token: Secret;
  readonly newId: () => string;
}

export function createAdmin({ handlers, token, newId }: AdminOptions): AdminApp {
  const paths = Object.values(ENDPOINTS).map(({ path }) => path);
  const exact = new Set<string>(paths);
  const patterns = paths.filter((path) => path.includes('{'));
  let app: AdminListener | undefined;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const callerIsLoopback = isLoopback(request.socket.remoteAddress);
    const probe = probeOf(request, callerIsLoopback);
    if (probe !== undefined) {
      sendJson(response, await handlers[probe]({ callerIsLoopback, hasToken: false }, NO_INPUT));
      return;
    }
    app ??= (await import('./admin-app.ts')).createAdminApp(handlers, token);
    app(request, response);
  }

  return {
    serves: (path) => exact.has(path) || patterns.some((pattern) => matchesPath(pattern, path)),
    handle: (request, response) => {
      serve(request, response).catch((thrown: unknown) => {
        const error = toGatewayError(thrown);
        sendError(request, response, { error, format: 'anthropic-messages', id: newId() });
      });
    },
  };
}

const NO_INPUT = { query: {}, parameters: {}, body: {} };

/** Anything else about a probe (a query, another method, a caller who needs the token) is for the whole API. */
function probeOf({ method, url }: IncomingMessage, callerIsLoopback: boolean): Probe | undefined {
  const probe = method === 'GET' ? PROBES.find((name) => ENDPOINTS[name].path === url) : undefined;
  if (probe === undefined || callerIsLoopback || ENDPOINTS[probe].access === 'public') return probe;
  return undefined;
}

function sendJson(response: ServerResponse, { status, body }: EndpointAnswer<unknown>): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...ADMIN_HEADERS,
    'content-type': 'application/json',
    'content-length': text.length,
  });
  response.end(text);
}

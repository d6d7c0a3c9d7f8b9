import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EndpointAnswer } from '../../contract/endpoint.ts';
import { isLoopback } from '../edge/addresses.ts';
import { ADMIN_HEADERS } from './admin-call.ts';
import type { ProbeHandlers } from './probe-handlers.ts';

/**
 * Asked while the program is still starting, and so told apart without the contract, which takes as long to load as all
 * of `node:http`. None takes input or needs more than a caller on this machine.
 */
export const PROBES = {
  '/health': { name: 'health', access: 'public' },
  '/ready': { name: 'ready', access: 'public' },
  '/api/status': { name: 'status', access: 'loopback' },
} as const satisfies Record<string, { name: keyof ProbeHandlers; access: 'public' | 'loopback' }>;

/**
 * Answers a probe at once. Anything else about one (a query, another method, a caller who needs the token) is for the
 * whole API.
 * @returns whether it was one
 */
export function answerProbe(
  handlers: ProbeHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { method, url = '', socket } = request;
  if (method !== 'GET' || !isProbePath(url)) return false;
  const { name, access } = PROBES[url];
  const callerIsLoopback = isLoopback(socket.remoteAddress);
  if (access === 'loopback' && !callerIsLoopback) return false;
  sendJson(response, handlers[name]({ callerIsLoopback, hasToken: false }));
  return true;
}

function isProbePath(url: string): url is keyof typeof PROBES {
  return Object.hasOwn(PROBES, url);
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

import type { IncomingMessage } from 'node:http';
import type { GatewayError } from '../../domain/errors.ts';
import { guardEdge } from './edge-guard.ts';

/** Names this gateway may be called by; asked per request, because a reload may add one. */
export interface HostRules {
  allowedHosts(): ReadonlySet<string>;
  allowedAuthorities(): ReadonlySet<string>;
}

/** The checks of the edge for a request as it came in. @returns the refusal */
export function guardRequest(rules: HostRules, request: IncomingMessage): GatewayError | undefined {
  return guardEdge({
    method: request.method ?? 'GET',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    allowedHosts: rules.allowedHosts(),
    allowedAuthorities: rules.allowedAuthorities(),
    port: request.socket.localPort ?? 0,
  });
}

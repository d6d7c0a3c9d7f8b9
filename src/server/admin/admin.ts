/**
 * Where the admin API begins. Probes are answered here; the rest, contract and handlers, is loaded with the first
 * request for it, because it takes as long to load as everything else, and many gateways are never asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as Contract from '../../contract/endpoints.ts';
import { toGatewayError } from '../../domain/errors.ts';
import { lazy, lazyModule } from '../../lib/lazy.ts';
import type { Secret } from '../../lib/secret.ts';
import { matchesPath, type AdminListener } from './admin-call.ts';
import type { AdminInput } from './admin-handlers.ts';
import { answerProbe } from './probes.ts';
import type { ProbeHandlers } from './probe-handlers.ts';
import { sendError } from '../edge/send-error.ts';

/** The admin API on the gateway's own port. */
export interface AdminApp {
  serves(path: string): boolean;
  handle: AdminListener;
}

export interface AdminOptions {
  readonly input: AdminInput;
  readonly probes: ProbeHandlers;
  readonly token: Secret;
}

export function createAdmin({ input, probes, token }: AdminOptions): AdminApp {
  const load = lazy(async () => {
    const { createAdminApp } = await import('./admin-app.ts');
    const { createAdminHandlers } = await import('./admin-handlers.ts');
    return createAdminApp(createAdminHandlers(input), token);
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (answerProbe(probes, request, response)) return;
    const app = await load();
    app(request, response);
  }

  return {
    serves: (path) => isAdminPath(path) && paths().some((pattern) => matchesPath(pattern, path)),
    handle: (request, response) => {
      serve(request, response).catch((thrown: unknown) => {
        const error = toGatewayError(thrown);
        sendError(request, response, { error, format: 'anthropic-messages', id: input.gateway.newId() });
      });
    },
  };
}

/** Whether a path begins like one of the contract. Clients ask for others, and need not wait for it to be loaded. */
export function isAdminPath(path: string): boolean {
  return ADMIN_PATH.test(path);
}

const ADMIN_PATH = /^\/(?:api\/|v1\/usage\/|(?:health|ready|metrics)$)/;

const loadContract = lazyModule<typeof Contract>(import.meta.url, '../../contract/endpoints.ts');
const paths = lazy(() => Object.values(loadContract().ENDPOINTS).map(({ path }) => path));

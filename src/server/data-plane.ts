import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { ConfigSnapshot } from '../config/snapshot.ts';
import type { RequestKind } from '../domain/exchange.ts';
import { wireFormatOf } from '../formats/index.ts';
import { Answer } from '../gateway/answer/answer.ts';
import { secretsIn } from '../gateway/capture/secrets-in.ts';
import { splitHeaders } from '../gateway/receive/edge-headers.ts';
import { runExchange } from '../gateway/exchange.ts';
import { snapshotFor } from '../gateway/configuration/snapshot-for.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { OpenExchange } from '../gateway/open-exchange.ts';
import { receive, type Arrival } from '../gateway/receive/receive.ts';
import { isLoopback } from './edge/addresses.ts';
import { checkClientKey } from './edge/client-key.ts';
import { beginUse } from '../gateway/receive/use-of-key.ts';
import type { Draining } from './draining.ts';
import { sendError } from './edge/send-error.ts';
import type { RequestTarget } from './edge/request-target.ts';

/** Where a request enters the gateway after the edge checks: key, room, body, then the exchange itself. */
export interface DataPlane {
  handle(request: IncomingMessage, response: ServerResponse, target: RequestTarget, kind: RequestKind): void;
}

export function createDataPlane(gateway: Gateway, draining: Draining): DataPlane {
  /** Requests whose bodies are still coming: they hold memory too, so they count against the limit. */
  let receiving = 0;

  async function serve(response: ServerResponse, arrival: Arrival): Promise<void> {
    const { server } = gateway.snapshot(); // No profile says anything of it.
    const key = checkClientKey({ keys: server.clientKeys, now: gateway.clock.now() }, arrival);
    // Only after the key: which profiles there are is nothing for strangers.
    const snapshot = snapshotFor(gateway, arrival.profile);
    if (draining.begun) throw shuttingDown();
    if (gateway.active.size + receiving >= server.maxExchanges) throw tooMany(server.maxExchanges);
    const use = beginUse(gateway, arrival.kind, key);
    try {
      const exchange = await answer(response, key === undefined ? arrival : { ...arrival, key }, snapshot);
      use?.count(exchange?.attempts ?? []);
    } finally {
      use?.end();
    }
  }

  /** @returns `undefined` when the caller had gone before its request was complete */
  async function answer(
    response: ServerResponse,
    arrival: Arrival,
    snapshot: ConfigSnapshot,
  ): Promise<OpenExchange | undefined> {
    receiving += 1;
    const inbound = await receive(gateway, snapshot.server, arrival).finally(() => (receiving -= 1));
    if (response.destroyed) return undefined;
    if (draining.begun) throw shuttingDown(); // The stop came during the upload; the drain does not wait for this one.
    const { current: mode } = gateway.modes;
    const capture = gateway.captures.begin(inbound);
    const { kind } = arrival;
    const content = gateway.tracer()?.begin(inbound, kind, () => secretsIn(snapshot));
    const exchange = openExchange({ inbound, kind, snapshot, mode, response, capture, content });
    response.once('close', () => exchange.cancel?.('client-gone'));
    await runToItsEnd(gateway, exchange);
    return exchange;
  }

  return {
    handle: (request, response, target, kind) => {
      const edge = splitHeaders(request.rawHeaders);
      const callerIsLoopback = isLoopback(request.socket.remoteAddress);
      const arrival: Arrival = { request, ...target, kind, edge, callerIsLoopback };
      serve(response, arrival).catch((thrown: unknown) => {
        const error = toGatewayError(thrown);
        if (error.code === 'internal')
          gateway.log.error({ path: target.path, error: error.cause }, error.message);
        gateway.refused(error.code);
        sendError(request, response, { error, format: kind.format, id: gateway.newId() });
      });
    },
  };
}

async function runToItsEnd(gateway: Gateway, exchange: OpenExchange): Promise<void> {
  const place = gateway.active.add({ cutOff: () => exchange.cancel?.('shutdown') });
  try {
    await runExchange(gateway, exchange);
  } finally {
    gateway.active.remove(place);
  }
}

function shuttingDown(): GatewayError {
  return new GatewayError('draining', 'The gateway is shutting down.', { retryAfter: 1 });
}

interface Opening extends Pick<
  OpenExchange,
  'inbound' | 'kind' | 'snapshot' | 'mode' | 'capture' | 'content'
> {
  readonly response: ServerResponse;
}

/** An exchange of which nothing is known yet but the request. */
function openExchange({ inbound, kind, snapshot, mode, response, capture, content }: Opening): OpenExchange {
  const answer = new Answer(response, snapshot.server.clocks.clientWriteStall);
  if (capture !== undefined) answer.copyTo(capture);
  if (content !== undefined) answer.copyTo(content);
  return {
    inbound,
    requestBytes: inbound.body.length,
    kind,
    format: wireFormatOf(kind.format),
    snapshot,
    mode,
    answer,
    capture,
    content,
    facts: undefined,
    decision: undefined,
    attempts: [],
    outcome: undefined,
    measure: undefined,
    waitedMs: inbound.uploadMs ?? 0,
    warnings: [],
    follower: undefined,
    cancel: undefined,
  };
}

function tooMany(limit: number): GatewayError {
  return new GatewayError('too_many_requests', `The gateway already answers ${limit} requests.`, {
    retryAfter: 2,
  });
}

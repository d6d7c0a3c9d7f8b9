import type { IncomingMessage } from 'node:http';
import { identifyClient } from '../../clients/index.ts';
import type { Secret } from '../../lib/secret.ts';
import type { ClientKey, ServerSettings } from '../../config/snapshot.ts';
import type { CallerCredential } from '../../domain/credential.ts';
import type { InboundRequest, Labels, RequestKind } from '../../domain/exchange.ts';
import { decodeBody } from './decode-body.ts';
import { splitQuery, type EdgeHeaders } from './edge-headers.ts';
import type { Gateway } from '../gateway.ts';
import { receiveBody } from './receive-body.ts';

/** What the server knows of a request before its body is read. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: string;
  /** The profile that the path names. */
  readonly profile?: string | undefined;
  readonly kind: RequestKind;
  readonly edge: EdgeHeaders;
  readonly callerIsLoopback: boolean;
  /** The client key that was shown, if one was: whom to charge. */
  readonly key?: ClientKey | undefined;
}

/**
 * Reads a request to its end. A body is inflated only where it is ours to understand.
 * @throws GatewayError `body_too_large`, `body_timeout`, `unsupported_encoding`
 */
export async function receive(
  gateway: Gateway,
  settings: ServerSettings,
  arrival: Arrival,
): Promise<InboundRequest> {
  const receivedAt = gateway.clock.now();
  const startedAt = gateway.clock.monotonic();
  const { request, edge, path } = arrival;
  const raw = await receiveBody(request, {
    maxBytes: settings.maxBodyBytes,
    graceMs: settings.clocks.clientBody,
  });
  const uploadMs = gateway.clock.monotonic() - startedAt;
  const encoding = arrival.kind.operation === 'passthrough' ? undefined : request.headers['content-encoding'];
  const body = await decodeBody(raw, encoding, settings.maxBodyBytes);
  const { query, key } = splitQuery(arrival.query);
  return {
    id: gateway.newId(),
    method: request.method ?? 'GET',
    path,
    query,
    headers: encoding === undefined ? edge.forwardable : withoutEncoding(edge.forwardable),
    body,
    credential: edge.credential ?? queryCredential(key),
    client: identifyClient(edge.forwardable),
    hops: edge.hops,
    labels: labelsOf(arrival),
    clientKey: arrival.key?.name,
    traceContext: edge.traceContext,
    callerIsLoopback: arrival.callerIsLoopback,
    receivedAt,
    startedAt,
    uploadMs,
  };
}

/** What a key was issued for cannot be talked away; where it says nothing the caller may, and its name is the last word. */
function labelsOf({ edge, key }: Arrival): Labels {
  const issued = key !== undefined && 'labels' in key ? key.labels : undefined;
  return {
    project: issued?.project ?? edge.labels.project,
    user: issued?.user ?? edge.labels.user ?? key?.name,
  };
}

function withoutEncoding(headers: readonly string[]): string[] {
  return headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== 'content-encoding');
}

/** A key from the query travels on in the header Google made for it, never in a URL again. */
function queryCredential(key: Secret | undefined): CallerCredential | undefined {
  return key && { kind: 'key', headers: [{ name: 'x-goog-api-key', value: key }] };
}

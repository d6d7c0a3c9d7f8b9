import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerSettings } from '../../config/snapshot.ts';
import type { SocketAddress } from '../../domain/provider.ts';
import { listeningAddress, type ListeningAddress } from './addresses.ts';
import { createServer } from './node-http.ts';
import { rawRefusal } from './raw-refusal.ts';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** The open ports of a gateway. */
export interface Listeners {
  readonly addresses: readonly ListeningAddress[];
  /** New clocks and sizes, from the next request on. The addresses stay as they are. */
  use(settings: ServerSettings): void;
  /** Takes no new connections and closes the idle ones. */
  stopAccepting(): void;
  /** Closes what is left: what is idle at once, the rest when its answer has left or a second has passed. */
  closeAll(): Promise<void>;
}

interface OpenServer {
  readonly server: Server;
  /** Resolves when it no longer listens and its last connection is gone. */
  readonly closed: Promise<unknown>;
}

/** Node's default; headers beyond it are 431. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Opens one server per address, all with the same listener. With port 0 all share the port the first one got.
 * @throws Error with Node's code (`EADDRINUSE`, `EACCES`) when an address cannot be had; only an IPv6 loopback
 * that this machine does not have is passed over.
 */
export async function listen(settings: ServerSettings, listener: RequestListener): Promise<Listeners> {
  const open: OpenServer[] = [];
  let current = settings;
  const addresses: ListeningAddress[] = [];
  try {
    for (const { host, port } of settings.listen) {
      const server = openServer(() => current, listener);
      const wanted = port === 0 ? (addresses[0]?.port ?? 0) : port;
      const bound = await bind(server, { host, port: wanted });
      if (bound === undefined) continue;
      open.push({ server, closed: new Promise((resolve) => server.once('close', resolve)) });
      addresses.push(bound);
    }
  } catch (error) {
    for (const { server } of open) server.close();
    throw error;
  }
  return {
    addresses,
    use: (next) => {
      current = next;
      for (const { server } of open) {
        server.headersTimeout = next.clocks.clientHeaders;
        server.keepAliveTimeout = next.clocks.keepAlive;
      }
    },
    stopAccepting: () => {
      for (const { server } of open) {
        server.close();
        server.closeIdleConnections();
      }
    },
    closeAll: async () => {
      await Promise.all(open.map(closeServer));
    },
  };
}

function openServer(settings: () => ServerSettings, listener: RequestListener): Server {
  const { clocks } = settings();
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: clocks.clientHeaders,
    requestTimeout: 0, // Bodies have a clock of their own, with a floor instead of an end.
    keepAliveTimeout: clocks.keepAlive,
    connectionsCheckingInterval: 1_000,
    insecureHTTPParser: false,
    requireHostHeader: false, // Checked at the edge, with an answer in the caller's dialect.
    noDelay: true,
  });
  server.maxHeadersCount = 0; // Node would silently drop the rest; the edge counts and refuses instead.
  server.timeout = 0;
  server.on('request', listener);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared <= settings().maxBodyBytes) response.writeContinue();
    listener(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const isResponses = /^(?:\/p\/[\w-]+)?\/v1\/responses(?:\?|$)/.test(request.url ?? '');
    rawRefusal(socket, isResponses ? 426 : 400);
  });
  server.on('connect', (_: IncomingMessage, socket: Duplex) => rawRefusal(socket, 405));
  return server;
}

function bind(server: Server, { host, port }: SocketAddress): Promise<ListeningAddress | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const noIpv6 = host === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT');
      if (noIpv6) resolve(undefined);
      else reject(error);
    });
    server.listen({ host, port, ipv6Only: host.includes(':') }, () => {
      const bound = server.address() as AddressInfo; // Always an AddressInfo for a TCP server that listens.
      resolve(listeningAddress(bound.address, bound.port));
    });
  });
}

/** Lets answers under way (the one to whoever asked for the stop, for instance) leave before it cuts. */
async function closeServer({ server, closed }: OpenServer): Promise<void> {
  if (server.listening) server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

const SWEEP_MS = 20;

/** How long an answer may still take to leave once everything else has ended. */
const LAST_WORDS_MS = 1_000;

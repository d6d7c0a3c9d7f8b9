/**
 * Opens one connection to a provider: TCP, an outbound proxy's tunnel, the loop guard, TLS. Each phase has its
 * own clock and its own error code, and the whole can be cancelled at any point.
 */
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';
import { GatewayError } from '../domain/errors.ts';
import type { SocketAddress, UpstreamClocks } from '../domain/provider.ts';
import { Lru } from '../lib/lru.ts';
import { addressOf } from './destination.ts';
import type { Destination } from './destination.ts';
import type { Resolver } from './lookup.ts';
import { endsAtOwnAddress } from './own-address.ts';
import type { ListeningAddress } from './own-address.ts';
import { openTunnel } from './proxy-tunnel.ts';
import { connectErrorCode, socketError } from './socket-errors.ts';

export interface SocketOrder {
  readonly destination: Destination;
  /** Protocols offered in the TLS handshake. */
  readonly protocols: readonly ('h2' | 'http/1.1')[];
  readonly clocks: Pick<UpstreamClocks, 'connect' | 'tls'>;
}

export type SocketOutcome =
  | { readonly kind: 'open'; readonly socket: Socket; readonly http2: boolean }
  | { readonly kind: 'failed'; readonly error: GatewayError };

export interface SocketOpenerOptions {
  readonly resolver: Resolver;
  /** Where the gateway itself listens, asked anew for every connection. */
  readonly ownAddresses: () => readonly ListeningAddress[];
}

/** Opens sockets and remembers per destination what makes the next one cheaper. */
export class SocketOpener {
  readonly resolver: Resolver;
  readonly ownAddresses: () => readonly ListeningAddress[];
  /** Session tickets: a resumed handshake spares both sides the certificate. */
  readonly sessions = new Lru<string, Buffer>(256);
  /** Parsing a bundle of authorities costs milliseconds, so it is done once per bundle. */
  readonly #contexts = new Lru<string, SecureContext>(64);

  constructor(options: SocketOpenerOptions) {
    this.resolver = options.resolver;
    this.ownAddresses = options.ownAddresses;
  }

  /**
   * @param done called once, never after the returned function was called
   * @returns cancels the attempt and destroys its socket
   */
  open(order: SocketOrder, done: (outcome: SocketOutcome) => void): () => void {
    const opening = new Opening(this, order, done);
    opening.start();
    return () => opening.cancel();
  }

  contextFor(certificateAuthorities: string | undefined): SecureContext {
    const key = certificateAuthorities ?? '';
    const known = this.#contexts.get(key);
    if (known !== undefined) return known;
    const context = createSecureContext(
      certificateAuthorities === undefined ? {} : { ca: certificateAuthorities },
    );
    this.#contexts.set(key, context);
    return context;
  }
}

class Opening {
  readonly #opener: SocketOpener;
  readonly #order: SocketOrder;
  readonly #done: (outcome: SocketOutcome) => void;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #finished = false;
  #phase: 'connect' | 'tls' = 'connect';

  constructor(opener: SocketOpener, order: SocketOrder, done: (outcome: SocketOutcome) => void) {
    this.#opener = opener;
    this.#order = order;
    this.#done = done;
  }

  start(): void {
    const { destination, clocks } = this.#order;
    const { host, port } =
      destination.proxy === undefined ? destination.dial : addressOf(destination.proxy.origin);
    this.#startClock(clocks.connect);
    const socket = connectTcp({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      autoSelectFamily: true,
      lookup: this.#opener.resolver.lookup,
    });
    socket.once('connect', () => this.#onConnect(socket));
    this.#watch(socket);
  }

  cancel(): void {
    this.#finish();
    this.#socket?.destroy();
  }

  #onConnect(socket: Socket): void {
    if (this.#finished) return;
    if (endsAtOwnAddress(socket, this.#opener.ownAddresses())) return this.#failAsLoop(socket);
    const { destination } = this.#order;
    if (destination.proxy === undefined) return this.#secure(socket);
    if (!destination.proxy.origin.startsWith('https:')) return this.#tunnel(socket);
    const proxyHost = addressOf(destination.proxy.origin).host;
    const secured = connectTls({ socket, host: proxyHost, ...serverName(proxyHost) });
    secured.once('secureConnect', () => this.#tunnel(secured));
    this.#watch(secured);
  }

  #tunnel(socket: Socket): void {
    const { proxy, dial } = this.#order.destination;
    if (this.#finished || proxy === undefined) return;
    openTunnel(socket, { proxy, to: dial }, (refusal) => {
      if (this.#finished) return;
      if (refusal === undefined) return this.#secure(socket);
      this.#fail(
        new GatewayError(
          'upstream_unreachable',
          `The outbound proxy ${proxy.origin} did not open a tunnel to ${formatAddress(dial)}: ${refusal}.`,
        ),
      );
    });
  }

  #secure(socket: Socket): void {
    const { destination, protocols, clocks } = this.#order;
    if (!destination.tls) return this.#succeed(socket, protocols[0] === 'h2' && protocols.length === 1);
    this.#phase = 'tls';
    this.#startClock(clocks.tls);
    const sessionKey = `${destination.key} ${protocols.join()}`;
    const session = this.#opener.sessions.get(sessionKey);
    let secured: TLSSocket;
    try {
      secured = connectTls({
        socket,
        host: destination.host,
        ...serverName(destination.host),
        ALPNProtocols: [...protocols],
        secureContext: this.#opener.contextFor(destination.certificateAuthorities),
        // Said here because the process's environment could otherwise switch it off.
        rejectUnauthorized: true,
        ...(session === undefined ? {} : { session }),
      });
    } catch (error) {
      // The bundle of authorities is not PEM.
      return this.#fail(socketError('upstream_tls', this.#attempted(), error));
    }
    secured.on('session', (ticket: Buffer) => this.#opener.sessions.set(sessionKey, ticket));
    secured.once('secureConnect', () => this.#succeed(secured, secured.alpnProtocol === 'h2'));
    this.#watch(secured);
  }

  /** The error listener stays for good: a socket that breaks between two owners must not end the process. */
  #watch(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.#onError(error));
    socket.once('close', () => this.#onError(new Error('the connection was closed')));
  }

  #onError(error: Error): void {
    if (this.#finished) return;
    const code = this.#phase === 'tls' ? 'upstream_tls' : connectErrorCode(error);
    if (this.#phase === 'connect') this.#opener.resolver.forget(this.#order.destination.dial.host);
    this.#fail(socketError(code, this.#attempted(), error));
  }

  #failAsLoop(socket: Socket): void {
    const to = formatAddress({ host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 });
    const message = `${this.#order.destination.origin} leads back to this gateway (${to}). Point base_url at the provider.`;
    this.#fail(new GatewayError('loop_detected', message));
  }

  #startClock(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (milliseconds === 0) return;
    const phase = this.#phase;
    this.#timer = setTimeout(() => {
      const code = phase === 'tls' ? 'upstream_tls_timeout' : 'upstream_connect_timeout';
      const text = `${this.#attempted()} took longer than clocks.${phase} (${milliseconds} ms).`;
      this.#fail(new GatewayError(code, text));
    }, milliseconds);
  }

  #attempted(): string {
    const { origin, dial, proxy } = this.#order.destination;
    if (this.#phase === 'tls') return `The TLS handshake with ${origin}`;
    const through = proxy === undefined ? '' : ` through the outbound proxy ${proxy.origin}`;
    return `Connecting to ${formatAddress(dial)} for ${origin}${through}`;
  }

  #succeed(socket: Socket, http2: boolean): void {
    if (this.#finished) return;
    this.#finish();
    this.#done({ kind: 'open', socket, http2 });
  }

  #fail(error: GatewayError): void {
    if (this.#finished) return;
    this.#finish();
    this.#socket?.destroy();
    this.#done({ kind: 'failed', error });
  }

  #finish(): void {
    this.#finished = true;
    clearTimeout(this.#timer);
  }
}

/** RFC 6066 §3 knows no addresses in SNI; the certificate is then checked against `host`. */
function serverName(host: string): { servername: string } {
  return { servername: isIP(host) === 0 ? host : '' };
}

function formatAddress({ host, port }: SocketAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import type { SentState } from '../domain/attempt.ts';
import type { BoundCredential } from '../domain/credential.ts';
import type { GatewayError } from '../domain/errors.ts';
import type { RawHeaders } from '../domain/headers.ts';
import type { Provider } from '../domain/provider.ts';

/**
 * The contract between the gateway and the transport. It speaks in callbacks, not streams or promises: one
 * call per chunk is what keeps a pass-through request near the price of the sockets it needs.
 */
export interface Transport {
  /**
   * Sends one request. Exactly one of `onEnd` and `onError` is called, at most once, and nothing after it.
   * After `abort()` nothing is called at all. Never throws; what goes wrong arrives in `onError`.
   */
  send(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall;
  /** Closes idle sockets now and the others when their responses end. */
  close(): Promise<void>;
  /**
   * Closes the idle connections to places that none of these providers needs; the busy ones close when their
   * answers end. Sends to such a place still work and use connections of their own.
   */
  keepOnly(providers: Iterable<Provider>): void;
}

export interface UpstreamRequest {
  readonly provider: Provider;
  readonly method: string;
  /** Full path with query, base path included. */
  readonly path: string;
  /** Without credential, Host, Content-Length and hop-by-hop headers. */
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** Refused with `credential_not_for_origin` unless its origin is the provider's. */
  readonly credential: BoundCredential;
  /** Whether the client asked for a stream: chooses among the provider's clocks. */
  readonly stream: boolean;
  /** What remains for this try of the time its exchange may take, milliseconds; the provider's total clock if shorter. */
  readonly limitMs?: number | undefined;
  /** Open a new connection instead of a kept-alive one (the retry after a stale socket). */
  readonly freshSocket: boolean;
  /** Use HTTP/1.1 on a fresh socket whatever the provider's setting says (the retry after an HTTP/2 stall). */
  readonly forceHttp1: boolean;
}

export interface UpstreamHandler {
  onHead(head: UpstreamHead): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(failure: UpstreamFailure): void;
}

export interface UpstreamHead {
  readonly status: number;
  /** As received: name, value, name, value. Pseudo and hop-by-hop headers removed. */
  readonly headers: readonly string[];
  readonly http2: boolean;
}

export interface UpstreamFailure {
  readonly error: GatewayError;
  readonly sent: SentState;
  readonly http2: boolean;
  /** The request went out on a kept-alive socket that broke before any response byte. */
  readonly staleSocket: boolean;
}

export interface UpstreamCall {
  /** Whether the whole request has left this process, so that nothing reads the memory of its body any more. */
  readonly bodyWritten: boolean;
  /** Cancels upstream at once: the socket is destroyed (HTTP/1.1) or the stream reset (HTTP/2). */
  abort(): void;
  /**
   * Back-pressure: stop and restart reading the response. After `pause()` one more chunk may still come, and
   * when the provider closes its connection, all that had arrived. `resume()` may deliver before it returns.
   */
  pause(): void;
  resume(): void;
}

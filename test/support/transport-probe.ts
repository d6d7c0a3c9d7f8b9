/** Providers, requests and a recording handler for tests of the transport. */
import { createTransport } from '../../src/transport/create-transport.ts';
import type { ObservableTransport, TransportOptions } from '../../src/transport/create-transport.ts';
import type {
  UpstreamCall,
  UpstreamFailure,
  UpstreamHandler,
  UpstreamHead,
  UpstreamRequest,
} from '../../src/transport/upstream.ts';
import type { BoundCredential } from '../../src/domain/credential.ts';
import { originOf } from '../../src/domain/origin.ts';
import type { Provider, UpstreamClocks } from '../../src/domain/provider.ts';
import { Secret } from '../../src/lib/secret.ts';

/** All off: a test switches on the clock it is about. */
export const NO_CLOCKS: UpstreamClocks = {
  connect: 0,
  tls: 0,
  h2Headers: 0,
  headersStream: 0,
  headersWhole: 0,
  firstEvent: 0,
  idle: 0,
  totalStream: 0,
  totalWhole: 0,
};

export type ProviderChanges = Partial<Omit<Provider, 'origin' | 'clocks'>> & {
  readonly clocks?: Partial<UpstreamClocks>;
};

export function providerAt(url: string, changes: ProviderChanges = {}): Provider {
  return {
    name: 'probe',
    format: 'anthropic-messages',
    basePath: '',
    auth: { kind: 'none' },
    http: '1.1',
    h2Fallback: true,
    connectTo: undefined,
    certificateAuthorities: undefined,
    outboundProxy: undefined,
    filters: { betas: { kind: 'keep' }, thinking: 'keep', billingHeader: 'keep' },
    countTokens: 'forward',
    errorRules: [],
    limits: undefined,
    models: new Map(),
    quirks: [],
    formatRules: [],
    variants: new Map(),
    via: undefined,
    extraHeaders: [],
    detours: [],
    ...changes,
    origin: originOf(new URL(url)),
    clocks: { ...NO_CLOCKS, ...changes.clocks },
  };
}

export function requestTo(provider: Provider, changes: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    provider,
    method: 'POST',
    path: '/v1/messages',
    headers: ['content-type', 'application/json'],
    body: Buffer.from('{"model":"m"}'),
    credential: credentialFor(provider),
    stream: true,
    freshSocket: false,
    forceHttp1: false,
    ...changes,
  };
}

export function credentialFor(provider: Provider): BoundCredential {
  return {
    origin: provider.origin,
    owner: 'gateway',
    headers: [{ name: 'x-api-key', value: new Secret('key-of-the-provider') }],
  };
}

export function probeTransport(options: Partial<TransportOptions> = {}): ObservableTransport {
  return createTransport({
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    ownAddresses: () => [],
    environment: {},
    ...options,
  });
}

/** One call and everything that was heard of it. */
export class Probe implements UpstreamHandler {
  readonly call: UpstreamCall;
  readonly chunks: Buffer[] = [];
  head: UpstreamHead | undefined;
  /** Of every head that came: there must never be two. */
  readonly statuses: number[] = [];
  failure: UpstreamFailure | undefined;
  ended = false;
  /** Callbacks after the end or after `abort()`: always a defect. */
  readonly late: string[] = [];
  /** Called for every chunk, before it is kept. */
  onChunk: ((chunk: Buffer) => void) | undefined;
  readonly #over = Promise.withResolvers<Probe>();
  readonly #headSeen = Promise.withResolvers<UpstreamHead>();
  readonly #dataSeen = Promise.withResolvers<Buffer>();
  #closed = false;

  constructor(transport: ObservableTransport, request: UpstreamRequest) {
    this.call = transport.send(request, this);
  }

  /** Resolves when the call ended, in whichever way. */
  get over(): Promise<Probe> {
    return this.#over.promise;
  }

  get headSeen(): Promise<UpstreamHead> {
    return this.#headSeen.promise;
  }

  get dataSeen(): Promise<Buffer> {
    return this.#dataSeen.promise;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  abort(): void {
    this.#closed = true;
    this.call.abort();
  }

  onHead(head: UpstreamHead): void {
    this.#note('head');
    this.head = head;
    this.statuses.push(head.status);
    this.#headSeen.resolve(head);
  }

  onData(chunk: Buffer): void {
    this.#note('data');
    this.onChunk?.(chunk);
    // Copied: the transport may reuse the memory behind a chunk.
    this.chunks.push(Buffer.from(chunk));
    this.#dataSeen.resolve(chunk);
  }

  onEnd(): void {
    this.#note('end');
    this.ended = true;
    this.#finish();
  }

  onError(failure: UpstreamFailure): void {
    this.#note('error');
    this.failure = failure;
    this.#finish();
  }

  #note(event: string): void {
    if (this.#closed) this.late.push(event);
  }

  #finish(): void {
    this.#closed = true;
    this.#over.resolve(this);
  }
}

/** What went wrong, in one comparable object. */
export function failureOf({ failure }: Probe): object | undefined {
  if (failure === undefined) return undefined;
  const { error, sent, http2, staleSocket } = failure;
  return { code: error.code, sent, http2, staleSocket };
}

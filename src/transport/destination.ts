/**
 * Where the sockets of a provider go and what they must prove. Two providers whose destinations have the same
 * key share connections; whatever makes a socket unfit for another provider must be part of the key.
 */
import { createHash } from 'node:crypto';
import type { Origin } from '../domain/origin.ts';
import type { OutboundProxy, Provider, SocketAddress } from '../domain/provider.ts';

export interface Destination {
  readonly key: string;
  readonly origin: Origin;
  readonly tls: boolean;
  /** Host of the origin without brackets: the name the certificate must carry, whatever is dialled. */
  readonly host: string;
  /** What is dialled (through the outbound proxy, when there is one). */
  readonly dial: SocketAddress;
  readonly proxy: OutboundProxy | undefined;
  readonly certificateAuthorities: string | undefined;
}

export function destinationOf(provider: Provider): Destination {
  const url = new URL(provider.origin);
  const tls = url.protocol === 'https:';
  const host = withoutBrackets(url.hostname);
  return {
    key: keyOf(provider),
    origin: provider.origin,
    tls,
    host,
    dial: provider.connectTo ?? { host, port: portOf(url) },
    proxy: provider.outboundProxy,
    certificateAuthorities: provider.certificateAuthorities,
  };
}

/** Host and port of an origin, with the port its scheme implies. */
export function addressOf(origin: Origin): SocketAddress {
  const url = new URL(origin);
  return { host: withoutBrackets(url.hostname), port: portOf(url) };
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Secrets and certificates enter the key as a hash only: keys end up in maps that a heap dump shows. */
function keyOf(provider: Provider): string {
  const { origin, connectTo, certificateAuthorities, outboundProxy } = provider;
  const trust = createHash('sha256')
    .update(certificateAuthorities ?? '')
    .update('\0')
    .update(outboundProxy?.authorization?.reveal() ?? '')
    .digest('base64url');
  const dial = connectTo === undefined ? '' : `${connectTo.host}:${connectTo.port}`;
  return [provider.http, origin, dial, outboundProxy?.origin ?? '', trust].join(' ');
}

import type { SocketAddress } from '../../domain/provider.ts';
import { isIpv4, isIpv6 } from './ip-address.ts';

/**
 * Reads one `listen` entry: `127.0.0.1:8082`, `[::1]:8082`, `localhost:8082`, or a port alone for loopback.
 * `localhost` is both loopback addresses, since clients try either.
 * @returns a sentence about what is wrong instead, as `{ wrong }`
 */
export function parseListenAddress(text: string): readonly SocketAddress[] | { readonly wrong: string } {
  const match = /^(?:(?<host>\[[^\]]*\]|[^:]*):)?(?<port>\d{1,5})$/.exec(text.trim());
  if (match?.groups === undefined) return { wrong: explainMismatch(text.trim()) };
  const port = Number(match.groups['port']);
  if (port > 65_535) return { wrong: 'has a port over 65535' };
  const host = match.groups['host'];
  if (host === undefined || host.toLowerCase() === 'localhost') return loopback(port);
  if (host === '' || host === '*') {
    return { wrong: 'does not say on which address; write 0.0.0.0 for all, localhost for this machine' };
  }
  const bare = host.replace(/^\[|\]$/g, '');
  const isBracketed = host.startsWith('[');
  if (isBracketed ? !isIpv6(bare) : !isIpv4(bare) && !isHostName(bare)) {
    return { wrong: 'does not begin with an IP address or a host name' };
  }
  return [{ host: bare, port }];
}

/** The text {@link parseListenAddress} reads. */
export function formatListenAddress({ host, port }: SocketAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function loopback(port: number): readonly SocketAddress[] {
  return [
    { host: '127.0.0.1', port },
    { host: '::1', port },
  ];
}

function explainMismatch(text: string): string {
  if (/^[0-9a-f:]+$/i.test(text) && text.includes('::'))
    return 'is an IPv6 address without brackets; write [::1]:8082';
  return 'is not an address and a port; write for example 127.0.0.1:8082';
}

function isHostName(text: string): boolean {
  return /^(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text);
}

import type { SocketAddress } from '../../domain/provider.ts';
import { isLoopbackHost, isUnspecifiedHost, parseIp } from './ip-address.ts';

/** What is needed to recognise ourselves. */
export interface OwnAddresses {
  readonly listen: readonly SocketAddress[];
  /** IP addresses of this machine's interfaces and its host names. */
  readonly machine: readonly string[];
}

/**
 * Whether a host and port reach this gateway: its own port on any own address or name. Another port on the
 * same machine is another server. Port 0 is chosen by the system later and matches nothing.
 */
export function isOwnAddress(candidate: SocketAddress, own: OwnAddresses): boolean {
  return (
    isThisMachine(candidate.host, own) && own.listen.some(({ port }) => port !== 0 && port === candidate.port)
  );
}

/** Whether two addresses are one server; all names of this machine are the same. */
export function isSameAddress(left: SocketAddress, right: SocketAddress, own: OwnAddresses): boolean {
  if (left.port !== right.port) return false;
  return (
    isSameHost(left.host, right.host) || (isThisMachine(left.host, own) && isThisMachine(right.host, own))
  );
}

function isThisMachine(host: string, { listen, machine }: OwnAddresses): boolean {
  if (isLoopbackHost(host) || isUnspecifiedHost(host)) return true;
  const names = [...machine, ...listen.map((address) => address.host)];
  return names.some((name) => isSameHost(name, host));
}

function isSameHost(left: string, right: string): boolean {
  const leftBytes = parseIp(left);
  const rightBytes = parseIp(right);
  if (leftBytes !== undefined && rightBytes !== undefined) return leftBytes.join() === rightBytes.join();
  return withoutDot(left) === withoutDot(right);
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Host and port of a URL, the scheme's own port filled in. */
export function addressOf(url: URL): SocketAddress {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

import type { SocketAddress } from '../../domain/provider.ts';
import { isLoopbackHost, parseIp } from './ip-address.ts';

/**
 * Whether `NO_PROXY` keeps a host from going through the outbound proxy. Entries are separated by commas or
 * blanks: `*`, a domain (itself and everything below it, with or without a leading dot or `*.`), an IP
 * address, a range such as `10.0.0.0/8`; each but `*` and ranges may carry a port. Loopback is never proxied:
 * the proxy's own loopback is another machine's.
 */
export function bypassesProxy(target: SocketAddress, noProxy: string | undefined): boolean {
  if (isLoopbackHost(target.host)) return true;
  return (noProxy ?? '').split(/[\s,]+/).some((entry) => entry !== '' && entryMatches(entry, target));
}

function entryMatches(entry: string, target: SocketAddress): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(target.host, entry);
  const { host, port } = splitPort(entry);
  if (port !== undefined && port !== target.port) return false;
  const entryBytes = parseIp(host);
  const targetBytes = parseIp(target.host);
  if (entryBytes !== undefined || targetBytes !== undefined)
    return entryBytes?.join() === targetBytes?.join();
  const domain = host.toLowerCase().replace(/^\*?\./, '');
  const name = target.host.toLowerCase().replace(/\.$/, '');
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

function splitPort(entry: string): { readonly host: string; readonly port: number | undefined } {
  if (parseIp(entry) !== undefined) return { host: entry, port: undefined };
  const match = /^(?<host>.*):(?<port>\d+)$/.exec(entry);
  return match?.groups === undefined
    ? { host: entry, port: undefined }
    : { host: match.groups['host'] ?? '', port: Number(match.groups['port']) };
}

function isInRange(host: string, range: string): boolean {
  const [base = '', lengthText = ''] = range.split('/');
  const baseBytes = parseIp(base);
  const hostBytes = parseIp(host);
  const length = /^\d{1,3}$/.test(lengthText) ? Number(lengthText) : NaN;
  if (baseBytes === undefined || hostBytes === undefined || baseBytes.length !== hostBytes.length)
    return false;
  if (!(length <= baseBytes.length * 8)) return false;
  return baseBytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, length - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((hostBytes[index] ?? 0) & mask);
  });
}

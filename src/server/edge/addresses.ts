import { networkInterfaces, hostname } from 'node:os';

/** An address the gateway listens on, and the URL to call it by. */
export interface ListeningAddress {
  readonly address: string;
  readonly port: number;
  readonly url: string;
}

export function listeningAddress(address: string, port: number): ListeningAddress {
  const host = address.includes(':') ? `[${address}]` : address;
  return { address, port, url: `http://${host}:${port}` };
}

/** Every address of this machine, as it stands in `socket.remoteAddress`. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) =>
    (entries ?? []).map(({ address }) => address),
  );
}

/** Loopback in any spelling a socket reports: 127.0.0.0/8, ::1, and IPv4 mapped into IPv6. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return plain === '::1' || plain.startsWith('127.');
}

/**
 * The names a caller may use in its Host header: loopback always; once bound beyond it, this machine's own
 * addresses and name too.
 */
export function allowedHosts(listening: readonly string[], configured: readonly string[]): Set<string> {
  const hosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
  for (const name of configured) hosts.add(name.toLowerCase());
  if (listening.every((address) => isLoopback(address))) return hosts;
  for (const address of machineAddresses()) hosts.add(address.includes(':') ? `[${address}]` : address);
  hosts.add(hostname().toLowerCase());
  return hosts;
}

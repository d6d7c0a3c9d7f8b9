/** Tells whether a connected socket ends at this very gateway. */
import { networkInterfaces } from 'node:os';
import type { Socket } from 'node:net';

export interface ListeningAddress {
  readonly address: string;
  readonly port: number;
}

/** Danger: forwarding to ourselves multiplies one request until the machine is out of sockets. */
export function endsAtOwnAddress(socket: Socket, own: readonly ListeningAddress[]): boolean {
  const { remoteAddress, remotePort } = socket;
  if (remoteAddress === undefined) return false;
  const remote = plainAddress(remoteAddress);
  return own.some(({ address, port }) => {
    if (port !== remotePort) return false;
    const listening = plainAddress(address);
    return listening === remote || (isWildcard(listening) && isOfThisMachine(remote));
  });
}

/** IPv4 addresses arrive as `::ffff:127.0.0.1` on a socket of both families. */
function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/u, '');
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function isOfThisMachine(address: string): boolean {
  if (address === '::1' || address.startsWith('127.')) return true;
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => plainAddress(entry.address) === address),
  );
}

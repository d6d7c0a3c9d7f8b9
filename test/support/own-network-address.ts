import { networkInterfaces } from 'node:os';

/**
 * An IPv4 address of this machine beyond loopback: whoever calls it counts as a caller from the network.
 * `undefined` on a machine without a network.
 */
export function ownNetworkAddress(): string | undefined {
  const entries = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return entries.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

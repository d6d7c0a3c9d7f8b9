import { networkInterfaces } from 'node:os';
import type { NetworkAddress } from './lan-lines.ts';

/** Addresses of this machine beyond loopback. */
export function networkAddresses(): NetworkAddress[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return all.flatMap(({ address, cidr, internal }) => (internal || cidr === null ? [] : [{ address, cidr }]));
}

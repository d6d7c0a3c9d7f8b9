import { hostname, networkInterfaces } from 'node:os';

/** The addresses of this machine's network interfaces and the names it goes by. */
export function ownMachine(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const name = hostname();
  return [...addresses.map(({ address }) => address), name, `${name.split('.')[0] ?? name}.local`];
}

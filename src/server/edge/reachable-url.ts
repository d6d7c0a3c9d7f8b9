/** Addresses that stand for every interface, and the one of them that this machine reaches itself by. */
const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/** The URL by which programs of this machine reach a listening address. */
export function reachableUrl({ address, port, url }: { address: string; port: number; url: string }): string {
  const host = Object.hasOwn(WILDCARDS, address) ? WILDCARDS[address] : undefined;
  return host === undefined ? url : `http://${host}:${port}`;
}

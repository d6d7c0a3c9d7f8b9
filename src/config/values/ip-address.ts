/**
 * IP addresses as bytes, without the platform's network module: this floor does no I/O. Used for telling
 * loopback, our own addresses and NO_PROXY ranges apart.
 */

export function isIpv4(text: string): boolean {
  return parseIpv4(text) !== undefined;
}

export function isIpv6(text: string): boolean {
  return !isIpv4(text) && parseIp(text) !== undefined;
}

/**
 * The bytes of an address: 4 for IPv4 and for IPv4 mapped into IPv6, else 16. Brackets and a zone id are
 * allowed around an IPv6 address.
 */
export function parseIp(text: string): readonly number[] | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return ipv4;
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  // Anything else could end the host of the URL below and begin another part of it.
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare)) return undefined;
  const host = URL.parse(`http://[${bare}]/`)?.hostname.slice(1, -1);
  if (host === undefined) return undefined;
  const bytes = expandIpv6(host);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12) : bytes;
}

/** 127.0.0.0/8, ::1, and the names that mean them. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const bytes = parseIp(host);
  if (bytes === undefined) return false;
  return bytes.length === 4
    ? bytes[0] === 127
    : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

/** 0.0.0.0 and ::, which as a place to listen mean every address of the machine. */
export function isUnspecifiedHost(host: string): boolean {
  const bytes = parseIp(host);
  return bytes !== undefined && bytes.every((byte) => byte === 0);
}

function parseIpv4(text: string): readonly number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** @param host in the shortest form the URL parser writes: hexadecimal groups, at most one `::` */
function expandIpv6(host: string): number[] {
  const [head = '', tail] = host.split('::');
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const gap = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...gap, ...right].flatMap((group) => [group >> 8, group & 255]);
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

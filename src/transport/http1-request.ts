import type { Call } from './call.ts';

/** Methods that promise no body: for them an absent length means none, for all others it would be unclear. */
const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * The head of a request as it goes over the wire, blank line included; Latin-1. Its parts have been checked by
 * `outboundHeaders`: none can hold a line break.
 * @param host of the Host header, with a port that the scheme does not imply
 */
export function requestHead({ request, headers }: Pick<Call, 'request' | 'headers'>, host: string): string {
  let head = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    head += `${headers[index] ?? ''}: ${headers[index + 1] ?? ''}\r\n`;
  }
  const { length } = request.body;
  if (length > 0 || !BODILESS.has(request.method)) head += `content-length: ${length}\r\n`;
  return `${head}\r\n`;
}

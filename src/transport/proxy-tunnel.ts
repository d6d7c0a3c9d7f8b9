/** Opens a tunnel through an outbound HTTP proxy (CONNECT, RFC 9110 §9.3.6) on a socket that stands. */
import type { Socket } from 'node:net';
import type { OutboundProxy, SocketAddress } from '../domain/provider.ts';

/** A proxy's answer to CONNECT is a few lines; more than this is not one. */
const MAX_HEAD = 16_384;

export interface TunnelRequest {
  readonly proxy: OutboundProxy;
  readonly to: SocketAddress;
}

/** @param done called once, with the reason when the proxy does not open the tunnel */
export function openTunnel(socket: Socket, request: TunnelRequest, done: (refusal?: string) => void): void {
  let head = Buffer.alloc(0);
  const finish = (refusal?: string): void => {
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.pause();
    done(refusal);
  };
  const onData = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) {
      if (head.length > MAX_HEAD) finish('its answer to CONNECT is not HTTP');
      return;
    }
    // Neither TLS nor HTTP servers speak first: bytes after the head would be an injected answer.
    const refusal = end + 4 < head.length ? 'it sent data before the tunnel was used' : refusalIn(head);
    finish(refusal);
  };
  const onEnd = (): void => finish('it closed the connection');
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.write(connectHead(request), 'latin1');
}

function connectHead({ proxy, to }: TunnelRequest): string {
  const authority = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  const authorization =
    proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization.reveal()}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`;
}

function refusalIn(head: Buffer): string | undefined {
  const line = head.toString('latin1', 0, head.indexOf('\r\n'));
  const status = /^HTTP\/1\.[01] (\d{3})/u.exec(line)?.[1];
  if (status === undefined) return 'its answer to CONNECT is not HTTP';
  if (status === '407') return 'it wants a user name and password (407)';
  return status.startsWith('2') ? undefined : `it answered CONNECT with status ${status}`;
}

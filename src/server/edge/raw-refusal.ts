import type { Duplex } from 'node:stream';
import { STATUS_CODES } from './node-http.ts';

/**
 * Answers a request that Node hands over as a bare socket: upgrades and CONNECT. Codex falls back to plain HTTP
 * at once on 426, slowly on 404 or 405, and not at all on 400.
 */
export function rawRefusal(socket: Duplex, status: 400 | 405 | 426): void {
  const message =
    status === 426
      ? 'WebSocket transport is not offered here; use plain HTTP with server-sent events.'
      : 'This gateway offers neither upgrades nor tunnels.';
  const code = status === 426 ? 'websocket_refused' : 'method_not_allowed';
  const body = JSON.stringify({ error: { type: 'invalid_request_error', code, message } });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 405 ? ['Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH'] : []),
  ];
  socket.on('error', () => socket.destroy()); // The peer may be gone already; there is nobody to tell.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** An OpenTelemetry collector that takes everything and keeps nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
server.listen(0, '127.0.0.1', () => {
  // A TCP server that listens has an AddressInfo; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  console.error(`listening http://127.0.0.1:${port}`);
});

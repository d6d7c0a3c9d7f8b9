/**
 * The smallest proxy this stack allows: node:http in front, one undici client per upstream connection behind,
 * no routing, no accounting. It is the floor that the gateway's own cost is compared with.
 *
 *     node bench/bare-proxy.ts UPSTREAM_URL
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Dispatcher } from 'undici';
import { Client } from 'undici';

const upstream = process.argv[2] ?? '';
const free: Client[] = [];

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const client = free.pop() ?? new Client(upstream, { bodyTimeout: 0, headersTimeout: 0 });
  let gathered: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  let ended = false;
  const flush = (): void => {
    if (gathered.length > 0) response.write(gathered.length === 1 ? gathered[0] : Buffer.concat(gathered));
    gathered = [];
  };
  response.once('close', () => {
    if (!ended) controller?.abort(new Error('the client went away'));
  });
  client.dispatch(
    {
      path: request.url ?? '/',
      method: request.method as Dispatcher.HttpMethod,
      headers: forwardable(request.rawHeaders),
      body: body.length === 0 ? null : body,
    },
    {
      onRequestStart(started) {
        controller = started;
        if (response.destroyed) started.abort(new Error('the client went away'));
      },
      onResponseStart(_, status, headers) {
        delete headers['transfer-encoding'];
        delete headers['connection'];
        delete headers['keep-alive'];
        response.writeHead(status, headers);
      },
      onResponseData(_, chunk) {
        // What arrives in one tick leaves in one write: many small writes cost more than all the rest.
        if (gathered.push(chunk) === 1) setImmediate(flush);
      },
      onResponseEnd() {
        ended = true;
        flush();
        response.end();
        free.push(client);
      },
      onResponseError() {
        ended = true;
        void client.destroy();
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end();
      },
    },
  );
}

function forwardable(raw: readonly string[]): string[] {
  const dropped = /^(host|connection|content-length|transfer-encoding|keep-alive)$/i;
  return raw.filter((_, index) => !dropped.test(raw[index - (index % 2)] ?? ''));
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    forward(request, response, Buffer.concat(chunks));
  });
});
server.listen(0, '127.0.0.1', () => {
  // A TCP server that listens has an AddressInfo; a string would be a pipe.
  console.error(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

/** A stand-in for an OpenTelemetry collector: takes OTLP over HTTP, decodes it and keeps the spans. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { decodeOtlpTraces, type CollectedSpan } from './decode-otlp.ts';
import { until } from './until.ts';

export interface OtlpCollector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** Heads of the messages that arrived. */
  readonly messages: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Every byte that arrived, for searching. */
  readonly bytes: () => Buffer;
  /** What messages are answered from now on: a status, or nothing at all. */
  answerWith(status: number | 'nothing', headers?: Readonly<Record<string, string>>): void;
  /** Waits until so many spans have arrived. */
  received(count: number): Promise<readonly CollectedSpan[]>;
  close(): Promise<void>;
}

export async function startOtlpCollector(port = 0): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const messages: { path: string; headers: IncomingMessage['headers'] }[] = [];
  const bodies: Buffer[] = [];
  const sockets = new Set<Socket>();
  let answer: number | 'nothing' = 200;
  let extra: Readonly<Record<string, string>> = {};
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await Array.fromAsync(request));
    messages.push({ path: request.url ?? '', headers: request.headers });
    bodies.push(body);
    if (answer === 'nothing') return;
    if (answer === 200) spans.push(...decodeOtlpTraces(body));
    response.writeHead(answer, { 'content-type': 'application/x-protobuf', ...extra }).end();
  };
  const server = createServer((request, response) => void take(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: actual } = server.address() as AddressInfo; // A TCP server's address is no string.
  return {
    url: `http://127.0.0.1:${actual}`,
    spans,
    messages,
    bytes: () => Buffer.concat(bodies),
    answerWith: (next, headers = {}) => {
      answer = next;
      extra = headers;
    },
    received: async (count) => {
      await until(`${count} spans`, () => spans.length >= count);
      return spans;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

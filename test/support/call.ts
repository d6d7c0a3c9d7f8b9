import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** One answer as an ordinary client sees it. */
export interface Called {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the HTTP message was finished. */
  readonly whole: boolean;
}

export interface CallSettings {
  readonly method?: string;
  /** A value may be a list: the header is then sent that often. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer | string | object;
}

const agent = new Agent({ keepAlive: true });

/** Sends one request on a kept-alive connection and reads its answer to the end; follows no redirect. */
export function call(url: string, path: string, settings: CallSettings = {}): Promise<Called> {
  const { method = 'POST', headers = {}, body } = settings;
  const { promise, resolve, reject } = Promise.withResolvers<Called>();
  const outgoing = httpRequest(url, { method, path, headers, agent }, (incoming) => {
    const chunks: Buffer[] = [];
    const finish = (whole: boolean) => (): void => {
      const status = incoming.statusCode ?? 0;
      resolve({ status, headers: incoming.headers, body: Buffer.concat(chunks), whole });
    };
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', finish(true))
      .on('error', finish(false));
  });
  outgoing.on('error', reject);
  outgoing.end(
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  );
  return promise;
}

/** A small Messages request as an object. */
export function message(model: string, more: Readonly<Record<string, unknown>> = {}): object {
  return { model, max_tokens: 64, messages: [{ role: 'user', content: 'hi' }], ...more };
}

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpEntry } from '../../domain/chain.ts';

export type HealthAnswer =
  | { readonly kind: 'healthy'; readonly tookMs: number }
  /** Something listens there, but it does not say that it is well. */
  | { readonly kind: 'unwell'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Asks a service how it is. Never throws; an answer of 2xx counts as well. */
export function checkHealth(entry: HttpEntry, timeoutMs: number): Promise<HealthAnswer> {
  const url = new URL(entry.url);
  const path = url.pathname.replace(/\/+$/, '') + entry.healthPath;
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<HealthAnswer>();
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const asked = send(url, {
    path,
    agent: false,
    headers: healthHeaders(entry),
    signal: AbortSignal.timeout(timeoutMs),
  });
  asked.on('response', (answer) => {
    const { statusCode = 0 } = answer;
    answer.resume();
    answer.on('error', () => undefined); // Its status was all that was wanted.
    const isWell = statusCode >= 200 && statusCode < 300;
    if (isWell) resolve({ kind: 'healthy', tookMs: performance.now() - began });
    else resolve({ kind: 'unwell', reason: `answers ${statusCode} to ${path}` });
    asked.destroy();
  });
  asked.on('error', (error: NodeJS.ErrnoException) => {
    if (error.name === 'AbortError' || error.name === 'TimeoutError')
      resolve({ kind: 'unwell', reason: `does not answer within ${timeoutMs / 1_000} s` });
    else resolve({ kind: 'unreachable', reason: reasonOf(error) });
  });
  asked.end();
  return promise;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED') return 'refuses connections';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has a host name that nobody knows';
  return `cannot be reached (${code ?? message})`;
}

function healthHeaders({ authKey, extraHeaders }: HttpEntry): Record<string, string> {
  const headers: Record<string, string> = { accept: '*/*', 'user-agent': 'switchyard' };
  if (authKey !== undefined && authKey !== 'missing') headers['authorization'] = `Bearer ${authKey.reveal()}`;
  for (const { name, value } of extraHeaders) headers[name] = value.reveal();
  return headers;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayError } from '../../domain/errors.ts';
import type { Format } from '../../domain/format.ts';
import { wireFormatOf } from '../../formats/index.ts';

export interface Refusal {
  readonly error: GatewayError;
  /** The dialect to say it in. */
  readonly format: Format;
  readonly id: string;
}

/** How long the rest of a refused body is read and thrown away, so that the client sees the answer, not a reset. */
const LINGER_MS = 2_000;

/** Answers a request that never became an exchange. */
export function sendError(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, headers, body } = wireFormatOf(refusal.format).encodeError(refusal.error, refusal.id);
  const unread = !request.complete;
  response.writeHead(status, [
    ...headers,
    'content-length',
    String(body.length),
    'x-switchyard-exchange',
    refusal.id,
    ...(refusal.error.code === 'method_not_allowed' ? ['allow', 'POST'] : []), // RFC 9110 §15.5.6
    ...(unread ? ['connection', 'close'] : []),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  if (!unread) return;
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(timer));
}

/** The dialect of a path that never reached a format: OpenAI's and Gemini's by their paths, else Anthropic's. */
export function dialectOf(path: string): Format {
  if (path.startsWith('/v1/chat/') || path.startsWith('/v1/embeddings')) return 'openai-chat';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  return path.startsWith('/v1beta/') ? 'gemini' : 'anthropic-messages';
}

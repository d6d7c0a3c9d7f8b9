import type { RawHeaders } from '../domain/headers.ts';

/**
 * Headers of a translated request: made anew, since those of the client speak of another body. Encodings are not
 * offered, because a translated answer is read here.
 */
export function requestHeaders(stream: boolean, more: RawHeaders = []): RawHeaders {
  const accept = stream ? 'text/event-stream' : 'application/json';
  return ['content-type', 'application/json', 'accept', accept, 'accept-encoding', 'identity', ...more];
}

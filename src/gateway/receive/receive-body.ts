import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../../domain/errors.ts';
import { concatAndFree } from '../../lib/free-bytes.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** Milliseconds a body may take; beyond them it must keep a floor of 1 KiB/s. 0 is for ever. */
  readonly graceMs: number;
}

const FLOOR_BYTES_PER_SECOND = 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Reads a request body into one buffer.
 * @throws GatewayError `body_too_large` (before reading, when the length was declared), `body_timeout`
 */
export async function receiveBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const declared = request.headers['content-length'];
  if (declared === undefined && request.headers['transfer-encoding'] === undefined) return EMPTY;
  if (declared !== undefined && Number(declared) > limits.maxBytes) throw tooLarge(limits.maxBytes);
  return await collect(request, limits);
}

function collect(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const startedAt = performance.now();
    let size = 0;
    let timer = limits.graceMs === 0 ? undefined : setTimeout(checkPace, limits.graceMs);

    function settle(): void {
      clearTimeout(timer);
      timer = undefined;
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    }
    function fail(error: GatewayError): void {
      settle();
      request.on('error', () => undefined); // The connection may still break while the rest is discarded.
      reject(error);
    }
    function checkPace(): void {
      const seconds = (performance.now() - startedAt - limits.graceMs) / 1000;
      if (size < seconds * FLOOR_BYTES_PER_SECOND || size === 0) fail(tooSlow(limits.graceMs));
      else timer = setTimeout(checkPace, 1000);
    }
    function onData(chunk: Buffer): void {
      size += chunk.length;
      if (size > limits.maxBytes) fail(tooLarge(limits.maxBytes));
      else chunks.push(chunk);
    }
    function onEnd(): void {
      settle();
      resolve(concatAndFree(chunks, size)); // The stream hands its chunks over and keeps none.
    }
    function onBroken(): void {
      fail(
        new GatewayError('body_timeout', 'The client closed the connection before its request was complete.'),
      );
    }
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError('body_too_large', `The request body is larger than ${maxBytes} bytes.`);
}

function tooSlow(graceMs: number): GatewayError {
  return new GatewayError(
    'body_timeout',
    `The request body was not complete after ${graceMs / 1000} s and came too slowly.`,
  );
}

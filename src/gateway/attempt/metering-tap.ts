import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { ResponseMeter } from '../../formats/wire-format.ts';

/** Beyond this much inflated text the tap stops reading; traffic goes on. A bomb must not cost memory. */
const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

/** The part of a meter that is fed. */
export type MeterInput = Pick<ResponseMeter, 'push' | 'end'>;

/**
 * Feeds a meter with what passes by. Encoded bodies are inflated here and only here: the client gets the
 * provider's bytes. Never throws into, holds or delays the main path.
 */
export interface MeteringTap {
  push(chunk: Buffer): void;
  /** Calls back when the meter has seen everything that could be read: at once for plain bodies. */
  finish(done: () => void): void;
  /** Whether what the meter says about frame boundaries holds for the bytes on the wire. */
  readonly plain: boolean;
}

/** Looks again when more of an encoded body was read: plain bytes are read before `push` returns, these are not. */
export interface ContentWatcher {
  lookForContent(): void;
}

/** @param encoding the response's Content-Encoding, if any */
export function createMeteringTap(
  meter: MeterInput,
  encoding: string | undefined,
  watcher?: ContentWatcher,
): MeteringTap {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') {
    return {
      plain: true,
      push: (chunk) => meter.push(chunk),
      finish: (done) => {
        meter.end();
        done();
      },
    };
  }
  return decodingTap(meter, decoderFor(name), watcher);
}

function decoderFor(name: string): Transform | undefined {
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return undefined;
  }
}

function decodingTap(
  meter: MeterInput,
  decoder: Transform | undefined,
  watcher: ContentWatcher | undefined,
): MeteringTap {
  if (decoder === undefined) return { plain: false, push: () => undefined, finish: (done) => done() };
  let inflated = 0;
  let closed = false;
  let onClosed: (() => void) | undefined;
  decoder.on('data', (chunk: Buffer) => {
    inflated += chunk.length;
    if (inflated > MAX_INFLATED_BYTES) {
      decoder.destroy();
      return;
    }
    meter.push(chunk);
    watcher?.lookForContent();
  });
  // A broken encoding ends the tap, not the answer: the report then stays incomplete. 'close' follows.
  decoder.on('error', () => undefined);
  decoder.once('close', () => {
    closed = true;
    meter.end();
    onClosed?.();
  });
  return {
    plain: false,
    push: (chunk) => {
      if (!closed) decoder.write(chunk);
    },
    finish: (done) => {
      if (closed) {
        done();
        return;
      }
      onClosed = done;
      decoder.end();
    },
  };
}

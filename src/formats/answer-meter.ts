import { Buffer } from 'node:buffer';
import { UNKNOWN_USAGE } from '../domain/usage.ts';
import { GrowingBytes } from '../lib/growing-bytes.ts';
import { SseFrameScanner } from '../lib/sse-frame-scanner.ts';
import type { FrameSink } from '../lib/sse-frame-scanner.ts';
import { parseJsonBytes } from './foreign-json.ts';
import type { MeterReport, ResponseMeter } from './wire-format.ts';

/** What differs between the formats: which frames matter and what stands in them. No call may throw. */
export interface AnswerReader extends FrameSink {
  /** Filled in by the reader; `atFrameBoundary` alone is the meter's. */
  readonly report: MeterReport;
  /** Reads an answer that came as one JSON value; `undefined` when the body is no JSON. */
  readWhole(value: unknown): void;
  /** About how many of the bytes of a stream, up to now, were generated text. */
  textBytes(scanned: number): number;
}

/** Larger whole bodies pass unmetered. */
export const MAX_WHOLE_BYTES = 32 * 1024 * 1024;

const BLANKS = new Set(Buffer.from(' \t\r\n'));
const JSON_STARTS = new Set(Buffer.from('{['));
/** First bytes of `data:`, `event:`, `id:`, `retry:` and comments; no JSON value begins with one of them. */
const STREAM_STARTS = new Set(Buffer.from('deir:'));

/**
 * The meter of every format. It tells a stream from a whole body by the first byte that is not blank, because
 * some providers answer a stream request with JSON and others the reverse, and feeds the format's reader.
 */
export class AnswerMeter implements ResponseMeter {
  readonly report: MeterReport;
  readonly #reader: AnswerReader;
  readonly #scanner: SseFrameScanner;
  readonly #whole = new GrowingBytes(MAX_WHOLE_BYTES);
  readonly #streamExpected: boolean;
  #scanned = 0;
  #shape: 'unknown' | 'stream' | 'whole' | 'unmetered' = 'unknown';

  constructor(reader: AnswerReader, streamExpected: boolean) {
    this.#reader = reader;
    this.#scanner = new SseFrameScanner(reader);
    this.#streamExpected = streamExpected;
    this.report = reader.report;
  }

  push(chunk: Buffer): void {
    if (this.#shape === 'stream') this.#scan(chunk);
    else if (this.#shape === 'whole') this.#collect(chunk);
    else if (this.#shape === 'unknown') this.#pushFirst(chunk);
  }

  end(): void {
    if (this.#shape === 'stream') this.#scanner.end();
    if (this.#shape !== 'whole') return;
    this.#reader.readWhole(parseJsonBytes(this.#whole.storage, 0, this.#whole.length));
    this.#whole.clear();
  }

  textBytes(): number {
    return this.#shape === 'stream' ? Math.max(0, this.#reader.textBytes(this.#scanned)) : this.#whole.length;
  }

  /** Blank bytes decide nothing: providers send them before either shape to keep the connection alive. */
  #pushFirst(chunk: Buffer): void {
    const first = chunk.find((byte) => !BLANKS.has(byte));
    if (first === undefined) {
      this.#scan(chunk);
      if (!this.#streamExpected) this.report.atFrameBoundary = false;
      return;
    }
    const isWhole = this.#streamExpected ? JSON_STARTS.has(first) : !STREAM_STARTS.has(first);
    this.#shape = isWhole ? 'whole' : 'stream';
    this.push(chunk);
  }

  #scan(chunk: Buffer): void {
    this.#scanned += chunk.length;
    this.#scanner.push(chunk);
    this.report.atFrameBoundary = this.#scanner.atBoundary;
  }

  #collect(chunk: Buffer): void {
    this.report.atFrameBoundary = false;
    if (this.#whole.append(chunk, 0, chunk.length)) return;
    this.#shape = 'unmetered';
    this.#whole.clear();
  }
}

/** A report in which nothing has been seen yet. */
export function emptyReport(): MeterReport {
  return {
    usage: UNKNOWN_USAGE,
    servedModel: undefined,
    stopReason: undefined,
    toolCalls: 0,
    sawContent: false,
    complete: false,
    streamError: undefined,
    preliminary: false,
    atFrameBoundary: true,
    signatures: [],
  };
}

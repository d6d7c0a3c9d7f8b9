/**
 * Reads the answers of one HTTP/1.1 connection, one after the other, out of what its socket brings. It hands on at
 * most one piece of body per read, taken from the read's own buffer.
 */
import { Buffer } from 'node:buffer';
import { GrowingBytes } from '../lib/growing-bytes.ts';
import { ChunkedBody } from './chunked-body.ts';
import { Http1AnswerError } from './http1-answer-error.ts';
import { parseAnswerHead } from './http1-head.ts';
import type { AnswerHead } from './http1-head.ts';

/** Either call may lead to `stop`, after which none follows. */
export interface AnswerSink {
  /** Not called for informational answers (103 and the like), which end at this hop. */
  onHead(head: AnswerHead): void;
  /** The piece belongs to the sink. */
  onBody(piece: Buffer): void;
}

/** Generous, because some providers send long cookies and policies; Node's own limit is 16 KiB. */
const MAX_HEAD_BYTES = 65_536;

const BLANK_LINE = Buffer.from('\r\n\r\n');
/** What every answer begins with; something else is noticed at once instead of after 64 KiB. */
const BEGINNING = Buffer.from('HTTP/1.');

type State = 'idle' | 'head' | 'length' | 'chunked' | 'until-close' | 'over';

export class AnswerReader {
  readonly #sink: AnswerSink;
  /** A head that came in more than one read. */
  readonly #carry = new GrowingBytes(MAX_HEAD_BYTES);
  #state: State = 'idle';
  #method = '';
  #left = 0;
  #chunked: ChunkedBody | undefined;

  constructor(sink: AnswerSink) {
    this.#sink = sink;
  }

  /** Whether the answer is complete. */
  get over(): boolean {
    return this.#state === 'over';
  }

  /** Whether the end of the connection ends the answer, too. */
  get endsWithConnection(): boolean {
    return this.#state === 'until-close';
  }

  /** From now on bytes are the answer to a request of this method. */
  start(method: string): void {
    this.#method = method;
    this.#state = 'head';
    this.#carry.clear();
  }

  /** Reads nothing more of the current answer. */
  stop(): void {
    this.#state = 'idle';
  }

  /**
   * @param bytes what one read brought; owned by the reader from now on
   * @returns how many bytes at the end do not belong to the answer
   * @throws Http1AnswerError
   */
  push(bytes: Buffer): number {
    let at = 0;
    while (this.#state === 'head' && at < bytes.length) at = this.#readHead(bytes, at);
    if (this.#state === 'chunked') at = this.#readChunked(bytes, at);
    else if (this.#state === 'length') at = this.#readLength(bytes, at);
    else if (this.#state === 'until-close') at = this.#handOn(bytes, at, bytes.length);
    return bytes.length - at;
  }

  #readHead(bytes: Buffer, from: number): number {
    const carried = this.#carry.length;
    if (carried === 0) {
      const end = bytes.indexOf(BLANK_LINE, from);
      if (end !== -1) {
        this.#begin(parseAnswerHead(bytes.toString('latin1', from, end), this.#method));
        return end + BLANK_LINE.length;
      }
    }
    this.#carry.append(bytes, from, Math.min(bytes.length, from + MAX_HEAD_BYTES - carried));
    const head = this.#carry.storage.subarray(0, this.#carry.length);
    const compared = Math.min(head.length, BEGINNING.length);
    if (head.compare(BEGINNING, 0, compared, 0, compared) !== 0) {
      throw new Http1AnswerError('it does not begin with a status line');
    }
    const end = head.indexOf(BLANK_LINE, Math.max(0, carried - BLANK_LINE.length));
    if (end === -1 && head.length === MAX_HEAD_BYTES) throw new Http1AnswerError('its head is too long');
    if (end === -1) return bytes.length;
    const text = head.toString('latin1', 0, end);
    this.#carry.clear();
    this.#begin(parseAnswerHead(text, this.#method));
    return from + end + BLANK_LINE.length - carried;
  }

  #begin(head: AnswerHead): void {
    if (head.status === 101) throw new Http1AnswerError('it switches to another protocol');
    if (head.status < 200) return;
    const { framing } = head;
    if (framing.kind === 'chunked') this.#chunked = new ChunkedBody();
    this.#left = framing.kind === 'length' ? framing.length : 0;
    const empty = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0);
    this.#state = empty ? 'over' : framing.kind;
    this.#sink.onHead(head);
  }

  #readChunked(bytes: Buffer, from: number): number {
    const body = this.#chunked;
    if (body === undefined) return from;
    let end = from;
    try {
      end = body.read(bytes, from);
    } finally {
      // What came before the defect still belongs to the client.
      this.#handOn(bytes, body.contentStart, body.contentEnd);
    }
    if (body.over && this.#state === 'chunked') this.#state = 'over';
    return end;
  }

  #readLength(bytes: Buffer, from: number): number {
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    this.#handOn(bytes, from, end);
    if (this.#left === 0 && this.#state === 'length') this.#state = 'over';
    return end;
  }

  #handOn(bytes: Buffer, start: number, end: number): number {
    if (end > start) this.#sink.onBody(bytes.subarray(start, end));
    return end;
  }
}

import type { ServerResponse } from 'node:http';

/** What an answer slows down and cancels: the upstream call that feeds it. */
export interface AnswerSource {
  pause(): void;
  resume(): void;
}

/** Gets a copy of everything an answer is given. */
export interface AnswerCopy {
  begin(status: number, headers: readonly string[]): void;
  write(chunk: Buffer): void;
  revoke(): void;
}

/**
 * The client's side of an exchange. `waiting → held → committed → ended`; the first byte commits, and nothing is
 * retried after it. A held answer is kept back until it is released or revoked. Gathers what arrives in one tick into one write (a burst of small writes costs more than
 * everything else), and passes the client's back-pressure on to its source.
 */
export class Answer {
  readonly #response: ServerResponse;
  readonly #writeStallMs: number;
  #pending: Buffer[] = [];
  #flushScheduled = false;
  #source: AnswerSource | undefined;
  #stallTimer: NodeJS.Timeout | undefined;
  #head: { readonly status: number; readonly headers: string[] } | undefined;
  #committed = false;
  #held = false;
  #ended = false;
  #bytes = 0;
  #onCommitted: (() => void) | undefined;
  #copy: AnswerCopy | undefined;

  /** @param writeStallMs how long a client may leave written bytes unread before it is cut off; 0 is for ever */
  constructor(response: ServerResponse, writeStallMs: number) {
    this.#response = response;
    this.#writeStallMs = writeStallMs;
    response.on('drain', () => this.#onDrain());
  }

  get committed(): boolean {
    return this.#committed;
  }

  /** Whether an answer has begun that may still be revoked for as long as anybody likes. */
  get held(): boolean {
    return this.#held;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The status given to `begin`; 0 before. */
  get status(): number {
    return this.#head?.status ?? 0;
  }

  /** Body bytes accepted so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the client has gone. */
  get gone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  /** Tells when the first byte goes out; of several listeners only the last one. */
  whenCommitted(listener: () => void): void {
    this.#onCommitted = listener;
  }

  /** From now on `copy` gets whatever this answer gets, beside those who do already. */
  copyTo(copy: AnswerCopy): void {
    this.#copy = this.#copy === undefined ? copy : bothCopies(this.#copy, copy);
  }

  feedFrom(source: AnswerSource): void {
    this.#source = source;
  }

  /** Status and headers; they go out with the first bytes of the same tick, or alone at its end. */
  begin(status: number, headers: string[]): void {
    this.#head = { status, headers };
    this.#copy?.begin(status, headers);
    this.#schedule();
  }

  /** As {@link begin}, but nothing goes out until {@link release}. */
  beginHeld(status: number, headers: string[]): void {
    this.#held = true;
    this.#head = { status, headers };
    this.#copy?.begin(status, headers);
  }

  /** Lets a held answer go; from here on it is as if it had never been held. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#schedule();
  }

  write(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#pending.push(chunk);
    this.#copy?.write(chunk);
    if (!this.#held) this.#schedule();
  }

  end(): void {
    if (this.#ended) return;
    this.#held = false;
    this.#commit();
    this.#ended = true;
    clearTimeout(this.#stallTimer);
    const rest = this.#takePending();
    if (rest === undefined) this.#response.end();
    else this.#response.end(rest);
    if (this.#response.writableLength > 0) this.#watchLastBytes();
  }

  /** A client may also leave the end of an answer unread, and would hold its connection for ever. */
  #watchLastBytes(): void {
    this.#startStallClock();
    this.#response.once('close', () => clearTimeout(this.#stallTimer));
  }

  /** Ends an answer that cannot be completed, so that the client cannot mistake it for a whole one. */
  destroy(): void {
    if (this.#ended) return;
    if (this.#head !== undefined) this.#flush();
    this.#ended = true;
    clearTimeout(this.#stallTimer);
    // Node corks what was written in this tick; destroyed at once, it would never leave.
    setImmediate(() => this.#response.destroy());
  }

  /** The same with words: `event` stands between whole events, where the client reads it as an error. */
  breakOff(event: Buffer | undefined): void {
    if (event === undefined) {
      this.destroy();
      return;
    }
    this.write(event);
    this.end();
  }

  /** Takes back a head and bytes that have not gone out yet. @returns false when the first byte is out */
  revoke(): boolean {
    if (this.#committed) return false;
    this.#held = false;
    this.#head = undefined;
    this.#pending = [];
    this.#bytes = 0;
    this.#copy?.revoke();
    return true;
  }

  /** Replaces whatever was begun by another answer, whole. Only while nothing is committed. */
  replace(status: number, headers: string[], body: Buffer): void {
    if (this.#committed) throw new Error('an answer whose first byte is out cannot be replaced');
    this.#pending = [body];
    this.#bytes = body.length;
    this.#head = { status, headers };
    this.#copy?.revoke();
    this.#copy?.begin(status, headers);
    this.#copy?.write(body);
    this.end();
  }

  #commit(): void {
    if (this.#committed) return;
    this.#committed = true;
    this.#response.writeHead(this.#head?.status ?? 500, this.#head?.headers ?? []);
    this.#onCommitted?.();
  }

  #schedule(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#flushScheduled = false;
    if (this.#ended || this.#held || this.#head === undefined) return;
    this.#commit();
    const chunk = this.#takePending();
    if (chunk === undefined) {
      this.#response.flushHeaders();
      return;
    }
    if (!this.#response.write(chunk)) this.#holdBack();
  }

  #takePending(): Buffer | undefined {
    const pending = this.#pending;
    if (pending.length === 0) return undefined;
    this.#pending = [];
    return pending.length === 1 ? pending[0] : Buffer.concat(pending);
  }

  #holdBack(): void {
    this.#source?.pause();
    this.#startStallClock();
  }

  #startStallClock(): void {
    if (this.#writeStallMs === 0) return;
    clearTimeout(this.#stallTimer);
    this.#stallTimer = setTimeout(() => this.#response.destroy(), this.#writeStallMs);
  }

  #onDrain(): void {
    clearTimeout(this.#stallTimer);
    if (!this.#ended) this.#source?.resume();
  }
}

function bothCopies(one: AnswerCopy, other: AnswerCopy): AnswerCopy {
  return {
    begin: (status, headers) => {
      one.begin(status, headers);
      other.begin(status, headers);
    },
    write: (chunk) => {
      one.write(chunk);
      other.write(chunk);
    },
    revoke: () => {
      one.revoke();
      other.revoke();
    },
  };
}

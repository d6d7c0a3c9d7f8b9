/**
 * Judges what an encoder emits by the rules of its format, written apart from the encoders so that one error is not
 * made twice. Every violation is a sentence; none means the output is as the vendor's own.
 */
export interface Grammar {
  /** Judges a stream, bytes as text in any split. */
  createStreamJudge(): StreamJudge;
  /** Judges a whole answer's body. */
  judgeAnswer(body: string): readonly string[];
}

export interface StreamJudge {
  push(text: string): void;
  /** All violations, in order. Call once. */
  end(): readonly string[];
}

/** Cuts a stream at its blank lines; what is left over at the end is reported by the judge. */
export class FrameCutter {
  #rest = '';

  push(text: string): string[] {
    const pieces = (this.#rest + text).split('\n\n');
    this.#rest = pieces.pop() ?? '';
    return pieces;
  }

  get rest(): string {
    return this.#rest;
  }
}

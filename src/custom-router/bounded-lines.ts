/**
 * Splits what a process prints into lines, and never keeps more than one line of bounded length. Longer ones are cut;
 * their rest is dropped up to the next line break.
 */
export class BoundedLines {
  readonly #most: number;
  readonly #onLine: (line: string) => void;
  #begun: Buffer[] = [];
  #length = 0;

  /** @param most bytes of a line that are kept */
  constructor(most: number, onLine: (line: string) => void) {
    this.#most = most;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#finish();
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(piece: Buffer): void {
    const kept = piece.subarray(0, this.#most - this.#length);
    if (kept.length === 0) return;
    this.#begun.push(kept);
    this.#length += kept.length;
  }

  #finish(): void {
    if (this.#length === 0) return;
    const line = Buffer.concat(this.#begun).toString('utf8').trim();
    this.#begun = [];
    this.#length = 0;
    if (line !== '') this.#onLine(line);
  }
}

/** Bytes that are not what RFC 8259 allows at this place. */
export class JsonSyntaxError extends Error {
  /** Where, in bytes from the start of the text. */
  readonly offset: number;

  /** @param expected what should have stood there, in words for the message: `a comma or "}"` */
  constructor(expected: string, offset: number) {
    super(`expected ${expected} at byte ${offset}`);
    this.name = 'JsonSyntaxError';
    this.offset = offset;
  }
}

/**
 * A value that must never be shown. It does not serialise, print or inspect; the only way to its text is
 * `reveal()`, which only the edge, the credential rule, the transport, the key checks, the redaction of captured
 * bodies and what writes a client's own settings may call.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret text. Danger: whatever receives it must not log, store or forward it to another origin. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both are the same text. Not for what a stranger shows: the time it takes tells how much is right. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  /** A hint for people: the last four characters of long secrets, nothing of short ones. */
  hint(): string {
    return this.#value.length >= 12 ? `…${this.#value.slice(-4)}` : '…';
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}

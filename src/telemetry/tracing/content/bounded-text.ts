import type { createRedactor } from '../../../lib/redact.ts';

/** Beyond its limit, a text is read so much further for secrets, that none is cut in two and shown by half. */
const OVERLAP = 4096;

/** Gives out text until a budget is used up, with what is recognised as a secret blacked out. */
export class BoundedText {
  readonly #redact: ReturnType<typeof createRedactor>;
  /** The most characters of a single text. */
  readonly #longest: number;
  #left: number;
  #used = 0;

  constructor(redact: ReturnType<typeof createRedactor>, limit: number) {
    this.#redact = redact;
    this.#left = limit;
    this.#longest = Math.max(1, Math.floor(limit / 4));
  }

  get isUsedUp(): boolean {
    return this.#left <= 0;
  }

  /** Characters given out. */
  get used(): number {
    return this.#used;
  }

  /** As much of a text as fits, and how much is missing. */
  take(text: string): string {
    const room = Math.max(0, Math.min(this.#longest, this.#left));
    const clean = this.#redact(text.slice(0, room + OVERLAP)).text;
    const shown = clean.slice(0, room);
    this.#left -= shown.length;
    this.#used += shown.length;
    const isWhole = text.length <= room + OVERLAP && clean.length <= room;
    return isWhole ? shown : `${shown} … [${Math.max(1, text.length - room)} more characters]`;
  }

  /** The whole text, or nothing where it does not fit. */
  takeWhole(text: string): string | undefined {
    if (text.length > Math.min(this.#longest, this.#left)) return undefined;
    return this.take(text);
  }
}

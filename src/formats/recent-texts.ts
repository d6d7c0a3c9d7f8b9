/** Texts kept at once; a session has one, its subagents and helpers a few more. */
const MOST = 8;

interface Kept {
  readonly bytes: Buffer;
  readonly text: string;
}

/**
 * Long texts in lower case, remembered by their bytes: an agent sends the same instructions with every request of a
 * session, and comparing bytes costs a thirtieth of decoding them.
 */
export class RecentTexts {
  #kept: Kept[] = [];

  /** @param bytes UTF-8; a copy of them is kept */
  lowerCase(bytes: Buffer): string {
    const place = this.#kept.findIndex(
      (kept) => kept.bytes.length === bytes.length && kept.bytes.equals(bytes),
    );
    const found = this.#kept[place];
    if (found !== undefined) {
      if (place > 0) this.#kept = [found, ...this.#kept.filter((kept) => kept !== found)];
      return found.text;
    }
    const text = bytes.toString('utf8').toLowerCase();
    this.#kept = [{ bytes: Buffer.from(bytes), text }, ...this.#kept.slice(0, MOST - 1)];
    return text;
  }
}

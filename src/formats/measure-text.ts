/**
 * What a request's size in tokens depends on, counted in one pass over its bytes without decoding them. Works on any
 * format, because it looks at characters only; long runs without a space are attachments.
 */
export interface TextMeasure {
  /** Letters and blanks of ordinary text, in bytes. */
  readonly words: number;
  /** Digits and punctuation, of which most are a token of their own or nearly. */
  readonly marks: number;
  /** Bytes of characters beyond ASCII. */
  readonly foreign: number;
  /** Strings of the JSON text: how much of it is structure. */
  readonly strings: number;
  readonly attachments: number;
}

const WORD = 0;
const MARK = 1;
const FOREIGN = 2;
const QUOTE = 3;

/** The class of every byte. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return FOREIGN;
  if (byte === 0x22) return QUOTE;
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isLetter || byte === 0x20 || byte === 0x0a || byte === 0x09 ? WORD : MARK;
});

/** A string of so many bytes without a blank is no text: base64 has none. */
const ATTACHMENT_LENGTH = 2_048;

export function measureText(body: Buffer): TextMeasure {
  const text = new ByteCounts();
  let attachments = 0;
  let runStart = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    const kind = CLASSES[byte] ?? MARK;
    text.add(kind, 1);
    if (byte > 0x22 && kind <= MARK) continue;
    if (at - runStart >= ATTACHMENT_LENGTH) {
      attachments += 1;
      // An attachment is no text: its bytes are taken out of the counts again.
      for (let inside = runStart; inside < at; inside++) text.add(CLASSES[body[inside] ?? 0] ?? MARK, -1);
    }
    runStart = at + 1;
  }
  const { words, marks, foreign, quotes } = text;
  return { words, marks, foreign, strings: quotes / 2, attachments };
}

/** Plain fields instead of a table: the loop runs over every byte of a request. */
class ByteCounts {
  words = 0;
  marks = 0;
  foreign = 0;
  quotes = 0;

  add(kind: number, count: number): void {
    if (kind === WORD) this.words += count;
    else if (kind === MARK) this.marks += count;
    else if (kind === FOREIGN) this.foreign += count;
    else this.quotes += count;
  }
}

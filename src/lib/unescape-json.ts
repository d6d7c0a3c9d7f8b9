/** What stands between the quotes of a JSON string, without its escapes, and where each character came from. */
export interface Unescaped {
  readonly text: string;
  /** Where the character at an index of `text` began; its length gives the end. */
  readonly rawIndex: (index: number) => number;
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|([^u]))/g;

const SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** @param raw bytes as latin1; escaped characters become the latin1 of their UTF-8, as they would stand there unescaped */
export function unescapeJson(raw: string): Unescaped {
  if (!raw.includes('\\')) return { text: raw, rawIndex: (index) => index };
  let text = '';
  let rawEnd = 0;
  /** From here on `text` is so much shorter than `raw`. */
  const shifts: { readonly from: number; readonly by: number }[] = [];
  for (const match of raw.matchAll(ESCAPE)) {
    const [escape, first, second, short] = match;
    const plain = first === undefined ? (SHORT[short ?? ''] ?? short ?? '') : character(first, second);
    text += raw.slice(rawEnd, match.index) + plain;
    rawEnd = match.index + escape.length;
    shifts.push({ from: text.length, by: rawEnd - text.length });
  }
  text += raw.slice(rawEnd);
  return { text, rawIndex: (index) => index + (shifts[lastUpTo(shifts, index)]?.by ?? 0) };
}

/** The last shift at or before an index, `-1` where there is none: there may be as many as there are questions. */
function lastUpTo(shifts: readonly { readonly from: number }[], index: number): number {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shifts[middle]?.from ?? Infinity) <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Two escapes are one character where they are the halves of a pair, and else two. */
function character(first: string, second: string | undefined): string {
  const units = [first, second].filter((unit) => unit !== undefined).map((unit) => Number.parseInt(unit, 16));
  return Buffer.from(String.fromCharCode(...units)).toString('latin1');
}

import { ConnectRefused } from '../connect-refused.ts';

const MARK = '\uFEFF';

/** A file's text, and whether a byte order mark stands before it: clients accept one, so it is kept. */
export interface MarkedText {
  readonly text: string;
  readonly marked: boolean;
}

/** @throws ConnectRefused for bytes that are no UTF-8: writing them again would change them */
export function textOf(path: string, bytes: Buffer): MarkedText {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const marked = text.startsWith(MARK);
    return { text: marked ? text.slice(1) : text, marked };
  } catch (error) {
    throw new ConnectRefused(`${path} cannot be edited: it is not UTF-8 text`, 'change it by hand', error);
  }
}

export function bytesOf({ text, marked }: MarkedText): Buffer {
  return Buffer.from(marked ? MARK + text : text);
}

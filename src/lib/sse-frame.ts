import type { Buffer } from 'node:buffer';

/** What a frame says. Other fields (`id`, `retry`) and comments mean nothing to an answer of a model. */
export interface SseFrame {
  /** The event's name; `undefined` when the frame has none. */
  readonly event: string | undefined;
  /** The data lines, joined by line feeds; `undefined` when the frame has none, as a comment has. */
  readonly data: string | undefined;
}

const ANY_LINE_END = /\r\n|\r|\n/;
const BYTE_ORDER_MARK = '\uFEFF';

/** Reads the lines `bytes[start..end)` of one frame, as the HTML standard interprets an event stream. */
export function readFrame(bytes: Buffer, start: number, end: number): SseFrame {
  const text = bytes.toString('utf8', start, end);
  const unmarked = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  let event: string | undefined;
  let data: string | undefined;
  for (const line of unmarked.split(unmarked.includes('\r') ? ANY_LINE_END : '\n')) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    if (field === 'event') event = valueAfter(line, colon) || undefined;
    else if (field === 'data')
      data = data === undefined ? valueAfter(line, colon) : `${data}\n${valueAfter(line, colon)}`;
  }
  return { event, data };
}

function valueAfter(line: string, colon: number): string {
  if (colon === -1) return '';
  return line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1);
}

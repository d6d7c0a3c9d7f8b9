import { Buffer } from 'node:buffer';

/** Enough base64 for the longest magic number: twelve bytes. */
const HEAD = 16;

/** The media type the first bytes of base64 data tell, for what models take; `undefined` when they tell none. */
export function sniffMediaType(base64: string): string | undefined {
  const bytes = Buffer.from(base64.slice(0, HEAD), 'base64').toString('latin1');
  if (bytes.startsWith('\x89PNG')) return 'image/png';
  if (bytes.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (bytes.startsWith('GIF8')) return 'image/gif';
  if (bytes.startsWith('RIFF') && bytes.slice(8, 12) === 'WEBP') return 'image/webp';
  if (bytes.startsWith('%PDF-')) return 'application/pdf';
  return undefined;
}

export interface DataUrl {
  readonly mediaType: string;
  readonly data: string;
}

/** Reads `data:TYPE;base64,DATA`; the type comes from the bytes where they tell. */
export function parseDataUrl(url: string): DataUrl | undefined {
  if (!url.startsWith('data:')) return undefined;
  const comma = url.indexOf(',');
  if (comma === -1) return undefined;
  const head = url.slice('data:'.length, comma);
  const isBase64 = head.endsWith(';base64');
  const data = isBase64
    ? url.slice(comma + 1)
    : Buffer.from(decodeText(url.slice(comma + 1)), 'utf8').toString('base64');
  const named = head.split(';')[0];
  return {
    mediaType: sniffMediaType(data) ?? (named === undefined || named === '' ? 'text/plain' : named),
    data,
  };
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not percent-encoded after all.
  }
}

export function writeDataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`;
}

/**
 * The head of an HTTP/1.1 answer (RFC 9112): status, headers, and what they say about where the body ends. Whatever
 * two readers could understand differently is refused, because a body that ends elsewhere than the provider meant
 * would put bytes of one answer into another.
 */
import { Http1AnswerError } from './http1-answer-error.ts';
import { FIELD_NAME, FIELD_VALUE } from './header-rules.ts';

type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** The body ends where the connection does. */
  | { readonly kind: 'until-close' };

export interface AnswerHead {
  readonly status: number;
  /** As received: name, value, name, value; values hold Latin-1, without the white space around them. */
  readonly headers: readonly string[];
  readonly framing: BodyFraming;
  /** Whether the provider lets the connection serve another request. */
  readonly keepAlive: boolean;
  /** For how long it keeps an idle connection, if it says so. Milliseconds. */
  readonly keepAliveFor: number | undefined;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/u;

/** What the headers say about framing and reuse, as it is collected line by line. */
interface Clues {
  contentLength: string | undefined;
  transferEncoding: string | undefined;
  connection: string;
  keepAlive: string;
}

/**
 * @param text everything up to, without, the blank line; Latin-1
 * @param method of the request: a HEAD is answered without a body, whatever the headers say
 * @throws Http1AnswerError
 */
export function parseAnswerHead(text: string, method: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const statusLine = STATUS_LINE.exec(first);
  if (statusLine === null) throw new Http1AnswerError('it does not begin with a status line');
  const isHttp10 = statusLine[1] === '0';
  const status = Number(statusLine[2]);
  if (isHttp10 && status < 200) throw new Http1AnswerError('HTTP/1.0 knows no informational answers');
  const headers: string[] = [];
  const clues: Clues = {
    contentLength: undefined,
    transferEncoding: undefined,
    connection: '',
    keepAlive: '',
  };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    const value = trimmed(line, colon + 1);
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) {
      throw new Http1AnswerError(`${JSON.stringify(line.slice(0, 80))} is no header line`);
    }
    headers.push(name, value);
    note(clues, name.toLowerCase(), value);
  }
  const framing = framingOf(clues, isHttp10);
  const bodiless = method === 'HEAD' || status === 204 || status === 304 || status < 200;
  return {
    status,
    headers,
    framing: bodiless ? NO_BODY : framing,
    keepAlive: keepsAlive(clues.connection, isHttp10) && (bodiless || framing.kind !== 'until-close'),
    keepAliveFor: keepAliveFor(clues.keepAlive),
  };
}

const NO_BODY: BodyFraming = { kind: 'none' };
const CHUNKED: BodyFraming = { kind: 'chunked' };
const UNTIL_CLOSE: BodyFraming = { kind: 'until-close' };

function note(clues: Clues, lowerCaseName: string, value: string): void {
  switch (lowerCaseName) {
    case 'content-length':
      if (clues.contentLength !== undefined) throw new Http1AnswerError('it has two Content-Lengths');
      clues.contentLength = value;
      break;
    case 'transfer-encoding':
      if (clues.transferEncoding !== undefined) throw new Http1AnswerError('it has two Transfer-Encodings');
      clues.transferEncoding = value;
      break;
    case 'connection':
      clues.connection += `,${value}`; // It may repeat; every line counts.
      break;
    case 'keep-alive':
      clues.keepAlive = value;
      break;
    default:
  }
}

function framingOf({ contentLength, transferEncoding }: Clues, isHttp10: boolean): BodyFraming {
  if (transferEncoding !== undefined) {
    // RFC 9112 §6.1: either would let two readers see two different ends.
    if (contentLength !== undefined) throw new Http1AnswerError('it is chunked and has a Content-Length');
    if (isHttp10) throw new Http1AnswerError('it has a Transfer-Encoding in HTTP/1.0');
    if (transferEncoding.toLowerCase() === 'chunked') return CHUNKED;
    throw new Http1AnswerError(`its Transfer-Encoding is ${JSON.stringify(transferEncoding.slice(0, 80))}`);
  }
  if (contentLength === undefined) return UNTIL_CLOSE;
  // Fifteen digits stay within exact numbers, and are more than anybody sends.
  if (!/^\d{1,15}$/u.test(contentLength)) throw new Http1AnswerError('its Content-Length is no length');
  return { kind: 'length', length: Number(contentLength) };
}

function keepsAlive(connection: string, isHttp10: boolean): boolean {
  if (connection === '') return !isHttp10;
  const options = connection.split(',').map((option) => option.trim().toLowerCase());
  return !options.includes('close') && (!isHttp10 || options.includes('keep-alive'));
}

function keepAliveFor(value: string): number | undefined {
  const seconds = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,9})/iu.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

/** Without the spaces and tabs at both ends; `trim` would take more than RFC 9110 §5.5 allows. */
function trimmed(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

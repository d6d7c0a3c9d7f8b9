import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type {
  CaptureDraft,
  CapturedExchange,
  CapturedMessage,
  RawBody,
  StoredBody,
} from '../../domain/capture.ts';
import type { RawHeaders } from '../../domain/headers.ts';
import { createRedactor, createSecretFinder, isSecretHeader, REDACTED } from '../../lib/redact.ts';
import { redactPieces } from './redact-pieces.ts';

type Redactor = ReturnType<typeof createRedactor>;

interface Redaction {
  readonly redactor: Redactor;
  readonly find: ReturnType<typeof createSecretFinder>;
}

/**
 * The exchange as it may be kept. Bodies are read as bytes: where nothing had to be replaced they stay what they were.
 * @param maxBytes an encoded body that inflates to more is not kept
 */
export function redactExchange(
  { exchange, secrets }: CaptureDraft,
  maxBytes: number,
): CapturedExchange<StoredBody> {
  const redactor = createRedactor(secrets);
  const find = createSecretFinder(secrets);
  const message = <Message extends CapturedMessage>(given: Message): Message => ({
    ...given,
    headers: redactHeaders(given.headers, redactor),
  });
  const request = <Request extends CapturedMessage & { readonly path: string }>(given: Request): Request => ({
    ...message(given),
    path: redactor(given.path).text,
  });
  return {
    ...exchange,
    request: request(exchange.request),
    attempts: exchange.attempts.map((attempt) => ({
      ...attempt,
      request: request(attempt.request),
      answer: attempt.answer && message(attempt.answer),
    })),
    answer: exchange.answer && message(exchange.answer),
    bodies: exchange.bodies.map((body) => redactBody(body, { redactor, find }, maxBytes)),
  };
}

function redactHeaders(headers: RawHeaders, redactor: Redactor): string[] {
  return headers.map((text, index) => {
    const name = headers[index - 1] ?? '';
    if (index % 2 === 0) return text;
    return isSecretHeader(name) ? REDACTED : redactor(text).text;
  });
}

/** What cannot be inflated cannot be searched for secrets, and is not kept. */
function redactBody(body: RawBody, { redactor, find }: Redaction, maxBytes: number): StoredBody {
  const { bytes, size, encoding, cutBy } = body;
  const plain = encoding === undefined ? bytes : inflate(bytes, encoding, maxBytes);
  if (plain === undefined)
    return {
      bytes: new Uint8Array(0),
      size,
      kept: 0,
      redactions: 0,
      inflatedFrom: encoding,
      cutBy: 'encoding',
    };
  const original = Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString('latin1');
  const whole = redactPieces(original, find);
  const { text, count: others } = redactor(whole.text);
  const count = whole.count + others;
  const kept = count === 0 ? plain : Buffer.from(text, 'latin1');
  return { bytes: kept, size, kept: kept.length, redactions: count, inflatedFrom: encoding, cutBy };
}

function inflate(bytes: Uint8Array, encoding: string, maxBytes: number): Uint8Array | undefined {
  const limit = { maxOutputLength: maxBytes };
  try {
    switch (encoding) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(bytes, limit);
      case 'deflate':
        return inflateSync(bytes, limit);
      case 'br':
        return brotliDecompressSync(bytes, limit);
      case 'zstd':
        return zstdDecompressSync(bytes, limit);
      default:
        return undefined;
    }
  } catch {
    return undefined; // Cut off, broken or a bomb; the capture says that it is not kept.
  }
}

/** What a refusal's body says, in whatever shape: object, text or nothing. All in lower case. */
export interface ErrorBodyFacts {
  readonly codes: readonly string[];
  readonly text: string;
  /** How long to wait, as vendors write it who do not say so in a header; read with `readWait`. */
  readonly wait?: string | undefined;
}

/** Members in which vendors put a code or type, on the body itself or on its `error`. */
const CODE_MEMBERS = ['code', 'type', 'error_type', 'status'] as const;

/** Codes some gateways write into the message: `[1302] High concurrency`. */
const BRACKETED = /\[(\d{3,5})\]/g;

/** Reads an error body that nobody has checked; never throws. */
export function readErrorBody(body: Buffer): ErrorBodyFacts {
  const text = body.toString('utf8').toLowerCase();
  const codes = new Set<string>();
  const root = objectOf(parse(text));
  const error = objectOf(root['error']);
  for (const holder of [root, error, objectOf(error['metadata']), objectOf(error['details'])])
    for (const member of CODE_MEMBERS) addCode(codes, holder[member]);
  addCode(codes, objectOf(error['details'])['error_code']);
  for (const [, code] of text.matchAll(BRACKETED)) addCode(codes, code);
  return { codes: [...codes], text, wait: waitIn(error) };
}

/**
 * Google writes `details: [{"@type": "…RetryInfo", "retryDelay": "17s"}]`; OpenRouter repeats its provider's headers in
 * `metadata.headers`.
 */
function waitIn(error: Readonly<Record<string, unknown>>): string | undefined {
  const { details } = error;
  const headers = objectOf(objectOf(error['metadata'])['headers']);
  const delays = Array.isArray(details) ? details.map((detail) => objectOf(detail)['retrydelay']) : [];
  return [...delays, headers['retry-after'], headers['x-ratelimit-reset']].find(
    (value) => typeof value === 'string',
  );
}

function addCode(codes: Set<string>, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'number') codes.add(String(value));
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value[0] : value; // Google wraps an error into an array.
  } catch {
    return undefined; // A web page, a plain sentence, a body cut off: its words are all there is.
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  // A non-null object has string keys, and reading them as unknown assumes nothing more.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

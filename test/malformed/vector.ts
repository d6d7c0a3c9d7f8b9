/** One request that no upstream may ever see, and the exact answer it must get. */
export interface Vector {
  /** Reads as a sentence in the test report; unique in the corpus. */
  readonly name: string;
  /** Latin-1 text of the bytes. `{host}` and `{port}` stand for the gateway's own. */
  readonly request: string;
  /** The status, or the statuses where the standard leaves a choice; `close` is an end without any answer. */
  readonly expect: number | 'close' | readonly (number | 'close')[];
  /** Why exactly this answer: the rule of the standard, or the attack it closes. */
  readonly because: string;
}

/** A vector without its `because`, which a whole table shares. */
export type Row = readonly [name: string, request: string, expect?: Vector['expect']];

/** A table of vectors that share an expectation and a reason. */
export function vectors(expect: Vector['expect'], because: string, rows: readonly Row[]): Vector[] {
  return rows.map(([name, request, own]) => ({ name, request, expect: own ?? expect, because }));
}

/** A request head from its lines. */
export function head(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A POST to the Messages path whose only doubtful part are the given header lines and body. */
export function post(lines: readonly string[], body = ''): string {
  return (
    head('POST /v1/messages HTTP/1.1', 'Host: {host}', 'Content-Type: application/json', ...lines) + body
  );
}

/** A POST that is well-formed HTTP around a doubtful body. */
export function postBody(body: string, ...lines: readonly string[]): string {
  return post([...lines, `Content-Length: ${body.length}`], body);
}

/** A GET whose only doubtful part are the given header lines. */
export function get(path: string, ...lines: readonly string[]): string {
  return head(`GET ${path} HTTP/1.1`, 'Host: {host}', ...lines);
}

/** Printable spelling of a character for names of tests. */
export function spell(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0x20 && code < 0x7f ? character : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** The bytes of a vector for one gateway. */
export function bytesOf(vector: Vector, gatewayUrl: string): Buffer {
  const { host, port } = new URL(gatewayUrl);
  return Buffer.from(vector.request.replaceAll('{host}', host).replaceAll('{port}', port), 'latin1');
}

/** One request as it reached the scripted upstream: the bytes, not an interpretation of them. */
export interface RecordedRequest {
  /** Counted from 1 per upstream, in order of arrival. */
  readonly number: number;
  readonly method: string;
  /** The request target exactly as sent, query included. */
  readonly target: string;
  readonly httpVersion: string;
  /** Name, value, name, value, in the order and case of the wire. */
  readonly rawHeaders: readonly string[];
  /** Empty until the last byte arrived. */
  readonly body: Buffer;
  /** `performance.now()` when the head was complete. */
  readonly arrivedAt: number;
  /** Settles when the answer is out, or the connection is gone. */
  readonly ended: Promise<RequestEnd>;
}

export interface RequestEnd {
  /** `aborted`: the caller went away first; `cut`: the script broke the connection. */
  readonly how: 'answered' | 'cut' | 'aborted';
  /** `performance.now()` of that moment. */
  readonly at: number;
}

/** The first value of a header, whatever its case. */
export function headerOf(request: Pick<RecordedRequest, 'rawHeaders'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    if (request.rawHeaders[index]?.toLowerCase() === wanted) return request.rawHeaders[index + 1];
  }
  return undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The body as a JSON object; empty where it is none. */
export function jsonOf(request: Pick<RecordedRequest, 'body'>): JsonObject {
  try {
    return asObject(JSON.parse(request.body.toString('utf8')));
  } catch {
    return {};
  }
}

/** `value` as an object, or an empty one. */
export function asObject(value: unknown): JsonObject {
  // A non-null object that is no array has string keys, and reading them as unknown assumes nothing more.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** `value` as a list, or an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The path of the request target without its query. */
export function pathOf(request: Pick<RecordedRequest, 'target'>): string {
  const mark = request.target.indexOf('?');
  return mark === -1 ? request.target : request.target.slice(0, mark);
}

/** The model a request names, or an empty string. */
export function modelOf(request: Pick<RecordedRequest, 'body'>): string {
  const { model } = jsonOf(request);
  return typeof model === 'string' ? model : '';
}

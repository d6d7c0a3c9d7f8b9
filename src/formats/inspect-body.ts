/** Reads a request's facts off its top-level members, in one scan. Shared by the formats. */
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../domain/errors.ts';
import type { RequestFacts, Span } from '../domain/exchange.ts';
import { JsonCursor } from '../lib/json-cursor.ts';
import { decodeString } from '../lib/json-string.ts';
import { JsonSyntaxError } from '../lib/json-syntax-error.ts';

/**
 * Scans a whole request body. Of repeated members the last one counts, as for every JSON parser upstream, but all
 * model values are reported, so that all of them can be replaced.
 * @param maxTokensNames members that limit the answer, the most telling first
 * @throws GatewayError `malformed_body`
 */
export function inspectBody(body: Buffer, maxTokensNames: readonly string[]): RequestFacts {
  if (!isUtf8(body)) throw new GatewayError('malformed_body', 'The request body is not valid UTF-8.');
  try {
    return scanFacts(body, maxTokensNames);
  } catch (thrown) {
    if (!(thrown instanceof JsonSyntaxError)) throw thrown;
    throw new GatewayError(
      'malformed_body',
      `The request body is not a valid JSON object: ${thrown.message}.`,
      {
        cause: thrown,
      },
    );
  }
}

function scanFacts(body: Buffer, maxTokensNames: readonly string[]): RequestFacts {
  const cursor = new JsonCursor(body);
  const modelSpans: Span[] = [];
  const limits: (Span | undefined)[] = [];
  let stream: Span | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    const limit = maxTokensNames.findIndex((name) => cursor.keyIs(name));
    if (limit !== -1) limits[limit] = cursor.skipValue();
    else if (cursor.keyIs('model')) modelSpans.push(cursor.skipValue());
    else if (cursor.keyIs('stream')) stream = cursor.skipValue();
    else cursor.skipValue();
  }
  cursor.expectEnd();
  return {
    model: textAt(body, modelSpans.at(-1)),
    stream: stream !== undefined && rawAt(body, stream) === 'true',
    maxTokens: limits.map((span) => numberAt(body, span)).find((limit) => limit !== undefined),
    subagentTag: undefined,
    modelSpans,
  };
}

function textAt(body: Buffer, span: Span | undefined): string | undefined {
  return span !== undefined && body[span.start] === 0x22 ? decodeString(body, span) : undefined;
}

/** A finite number; `null` means "no limit", and a limit in quotes is for the provider to refuse. */
function numberAt(body: Buffer, span: Span | undefined): number | undefined {
  if (span === undefined || !/^[-\d]/.test(rawAt(body, span))) return undefined;
  const value = Number(rawAt(body, span));
  return Number.isFinite(value) ? value : undefined;
}

function rawAt(body: Buffer, span: Span): string {
  return body.toString('latin1', span.start, span.end);
}

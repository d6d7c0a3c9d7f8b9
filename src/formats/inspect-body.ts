/** Reads a request's facts off its top-level members, in one scan. Shared by the formats. */
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../domain/errors.ts';
import type { RequestFacts, Span } from '../domain/exchange.ts';
import { JsonCursor } from '../lib/json-cursor.ts';
import { decodeString } from '../lib/json-string.ts';
import { JsonSyntaxError } from '../lib/json-syntax-error.ts';
import { indexQuotes } from '../lib/quotes/quote-index.ts';
import { ContentReader } from './content-reader.ts';
import type { InspectDepth } from './wire-format.ts';

/**
 * Scans a whole request body. Of repeated members the last one counts, as for every JSON parser upstream, but all
 * model values are reported, so that all of them can be replaced.
 * @param maxTokensNames members that limit the answer, the most telling first
 * @throws GatewayError `malformed_body`
 */
export function inspectBody(
  body: Buffer,
  maxTokensNames: readonly string[],
  depth: InspectDepth = 'members',
): RequestFacts {
  if (!isUtf8(body)) throw new GatewayError('malformed_body', 'The request body is not valid UTF-8.');
  try {
    return scanFacts(body, maxTokensNames, depth === 'content' ? new ContentReader() : undefined);
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

function scanFacts(
  body: Buffer,
  maxTokensNames: readonly string[],
  content: ContentReader | undefined,
): RequestFacts {
  const cursor = new JsonCursor(body, indexQuotes(body));
  const modelSpans: Span[] = [];
  const limits: (Span | undefined)[] = [];
  let stream: Span | undefined;
  let tools: Span | undefined;
  let choice: Span | undefined;
  let temperature: Span | undefined;
  let topP: Span | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    const start = cursor.position;
    const isTools = cursor.keyIs('tools');
    const isChoice = cursor.keyIs('tool_choice');
    const limit = maxTokensNames.findIndex((name) => cursor.keyIs(name));
    if (limit !== -1) limits[limit] = cursor.skipValue();
    else if (cursor.keyIs('model')) modelSpans.push(cursor.skipValue());
    else if (cursor.keyIs('stream')) stream = cursor.skipValue();
    else if (cursor.keyIs('temperature')) temperature = cursor.skipValue();
    else if (cursor.keyIs('top_p')) topP = cursor.skipValue();
    else if (content?.read(cursor) !== true) cursor.skipValue();
    if (isTools) tools = { start, end: cursor.position };
    else if (isChoice) choice = { start, end: cursor.position };
  }
  cursor.expectEnd();
  return {
    model: textAt(body, modelSpans.at(-1)),
    stream: stream !== undefined && rawAt(body, stream) === 'true',
    maxTokens: limits.map((span) => numberAt(body, span)).find((limit) => limit !== undefined),
    temperature: numberAt(body, temperature),
    topP: numberAt(body, topP),
    subagentTag: undefined,
    modelSpans,
    offersTools: tools !== undefined && tools.end - tools.start > '[]'.length,
    requiresTool: choice !== undefined && REQUIRED.test(rawAt(body, choice)),
    content: content?.finish(body),
  };
}

/** `"required"`, `{"type":"any"}`, or one tool by name: the ways to demand a call. */
const REQUIRED = /^\s*"(?:required|any)"|"type"\s*:\s*"(?:any|tool|function)"/;

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

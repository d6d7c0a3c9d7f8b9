/**
 * Reads a copied request and its answer with the codecs of the client's format. Loaded with the first request whose
 * spans show content, and run when its answer has ended.
 */
import type { Answer, AnswerPart } from '../../../domain/answer.ts';
import type { Conversation, Message } from '../../../domain/conversation.ts';
import type { Format } from '../../../domain/format.ts';
import type { MediaSource, Part, ResultPart } from '../../../domain/message-part.ts';
import type { Tool } from '../../../domain/tool.ts';
import type { ClientRequest } from '../../../formats/codec.ts';
import { codecOf } from '../../../formats/codecs.ts';
import { readAnswer as readRecorded } from '../../../formats/read-answer.ts';
import { assertNever } from '../../../lib/assert-never.ts';
import { createRedactor } from '../../../lib/redact.ts';
import { BoundedText } from './bounded-text.ts';
import type { AnswerContent, ExchangeContent } from './exchange-content.ts';
import type { SpanCall, SpanContent, SpanMessage, SpanTool } from './span-content.ts';

export interface DecodeInput {
  readonly content: ExchangeContent;
  readonly format: Format;
  readonly client: ClientRequest;
  /** The most characters shown. */
  readonly limit: number;
}

/** More messages than this are not told apart by anybody. */
const MAX_MESSAGES = 128;

/** Never throws: what cannot be read is not shown. */
export function decodeContent({ content, format, client, limit }: DecodeInput): SpanContent {
  const text = new BoundedText(createRedactor(content.secrets), limit);
  const conversation = quietly(() => readRequest(content.request, format, client));
  const answer = quietly(() => readAnswer(content.answer, format, text));
  const messages = conversation === undefined ? [] : shownMessages(conversation, text);
  const tools = conversation?.tools.map((tool) => shownTool(tool, text)) ?? [];
  return { messages, tools, answer: answer?.message, finishReason: answer?.finishReason, size: text.used };
}

/** A client may send anything, and an answer may break off anywhere. */
function quietly<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readRequest(
  body: Buffer | undefined,
  format: Format,
  client: ClientRequest,
): Conversation | undefined {
  return body === undefined ? undefined : codecOf(format).decodeRequest(body, client).value;
}

interface ReadAnswer {
  readonly message: SpanMessage;
  readonly finishReason: string | undefined;
}

function readAnswer(
  answer: AnswerContent | undefined,
  format: Format,
  text: BoundedText,
): ReadAnswer | undefined {
  if (answer === undefined) return undefined;
  const { status, bytes } = answer;
  const decoded = status < 300 ? decodeAnswer(bytes, format) : undefined;
  if (decoded === undefined)
    return {
      message: { role: 'assistant', text: text.take(bytes.toString('utf8')), calls: [] },
      finishReason: undefined,
    };
  const message = shownParts('assistant', decoded.parts, text);
  return { message, finishReason: decoded.stop.raw };
}

/** @returns `undefined` for what is no answer of a model, such as an error inside a stream */
function decodeAnswer(body: Buffer, format: Format): Answer | undefined {
  // Nothing was translated here: names are what the client calls them.
  const read = readRecorded({ body, format, tools: new Map() });
  return read.kind === 'answer' ? read.answer : undefined;
}

/** The instructions, then of long conversations the latest messages: they are what the answer is about. */
function shownMessages({ system, messages }: Conversation, text: BoundedText): SpanMessage[] {
  const instructions = system.map((part) => part.text).join('\n\n');
  const head: SpanMessage[] =
    instructions === '' ? [] : [{ role: 'system', text: text.take(instructions), calls: [] }];
  const latest: SpanMessage[][] = [];
  for (const message of messages.toReversed()) {
    if (text.isUsedUp || latest.length >= MAX_MESSAGES) break;
    latest.push(shownMessage(message, text));
  }
  const omitted = messages.length - latest.length;
  const gap = `[${omitted} earlier messages are not shown]`;
  if (omitted > 0) head.push({ role: 'system', text: gap, calls: [] });
  return [...head, ...latest.toReversed().flat()];
}

/** Results of tools stand in messages of their own, as the conventions have them. */
function shownMessage({ role, parts }: Message, text: BoundedText): SpanMessage[] {
  const results = parts.filter((part) => part.type === 'tool-result');
  const others = parts.filter((part) => part.type !== 'tool-result');
  return [
    ...results.map(({ callId, content }): SpanMessage => {
      return { role: 'tool', text: text.take(content.map(textOf).join('\n')), calls: [], callId };
    }),
    ...(others.length === 0 ? [] : [shownParts(role, others, text)]),
  ];
}

function shownParts(
  role: SpanMessage['role'],
  parts: readonly (Part | AnswerPart)[],
  text: BoundedText,
): SpanMessage {
  const calls: SpanCall[] = parts
    .filter((part) => part.type === 'tool-call')
    .map(({ id, name, input }) => ({ id, name, arguments: text.take(input.text) }));
  const spoken = parts.filter((part) => part.type !== 'tool-call' && part.type !== 'reasoning').map(textOf);
  const thought = parts.filter((part) => part.type === 'reasoning').map((part) => part.text);
  const reasoning = thought.join('\n\n');
  return {
    role,
    text: text.take(spoken.join('\n\n')),
    ...(reasoning === '' ? {} : { reasoning: text.take(reasoning) }),
    calls,
  };
}

/** A part in words; of media only what it is and how large. */
function textOf(part: Part | ResultPart | AnswerPart): string {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text;
    case 'image':
      return `[image ${sourceText(part.source)}]`;
    case 'document':
      return part.source.kind === 'text'
        ? part.source.text
        : part.source.kind === 'parts'
          ? part.source.parts.map(textOf).join('\n')
          : `[document ${sourceText(part.source)}]`;
    case 'audio':
      return `[audio ${part.encoding}]`;
    case 'search-result':
      return `${part.title}\n${part.text}`;
    case 'tool-reference':
      return `[tool ${part.name}]`;
    case 'tool-call':
      return `[call of ${part.name}]`;
    case 'tool-result':
      return part.content.map(textOf).join('\n');
    case 'server-tool-call':
      return `[${part.name} ${part.input}]`;
    case 'server-tool-result':
      return part.hits.map(({ title, url }) => `${title} ${url}`).join('\n');
    case 'vendor':
      return `[${part.name}]`;
    default:
      return assertNever(part);
  }
}

function sourceText(source: MediaSource): string {
  if (source.kind === 'url') return source.url;
  if (source.kind === 'file') return source.id;
  return `${source.mediaType}, ${Math.round((source.data.length * 3) / 4)} bytes`;
}

/** The definition where it fits, else the name alone: half a schema is none. */
function shownTool(tool: Tool, text: BoundedText): SpanTool {
  const { name } = tool;
  const definition =
    tool.type === 'function'
      ? { name, description: tool.description, input_schema: tool.parameters }
      : { name, type: tool.type };
  return { name, definition: text.takeWhole(JSON.stringify(definition)) ?? JSON.stringify({ name }) };
}

import type { Conversation, Message } from '../../domain/conversation.ts';
import {
  asList,
  asObject,
  asString,
  asText,
  type JsonObject,
  type JsonValue,
  objectsIn,
} from '../../domain/json-value.ts';
import type { Part, ResultPart, TextPart, ToolCallPart } from '../../domain/message-part.ts';
import { unwrapOpaque } from '../../domain/opaque.ts';
import { readCacheControl } from '../cache-control.ts';
import { malformed } from '../parse-body.ts';
import { decodeUserPart } from './decode-user-part.ts';
import { decodeReasoning } from './decode-reasoning.ts';

/** Leading instructions apart from the rest, and tool messages as results in a user message. */
export function decodeMessages(value: JsonValue | undefined): Pick<Conversation, 'system' | 'messages'> {
  if (!Array.isArray(value)) throw malformed('messages must be a list.');
  const messages = value.map((item, at) => decodeMessage(asObject(item), at));
  const first = messages.findIndex((message) => message.role !== 'system');
  const leading = first === -1 ? messages : messages.slice(0, first);
  return {
    system: leading.flatMap((message) => message.parts.filter((part) => part.type === 'text')),
    messages: first === -1 ? [] : joinResults(messages.slice(first)),
  };
}

/** Results that come as messages of their own are parts of one user message in the hub. */
function joinResults(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    const isResult = message.parts.some((part) => part.type === 'tool-result');
    const follows = last?.parts.every((part) => part.type === 'tool-result') ?? false;
    if (last?.role === 'user' && follows && isResult)
      joined[joined.length - 1] = { role: 'user', parts: [...last.parts, ...message.parts] };
    else joined.push(message);
  }
  return joined;
}

function decodeMessage(message: JsonObject | undefined, at: number): Message {
  const path = `messages[${at}]`;
  switch (message?.['role']) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: decodeTexts(message['content'], path) };
    case 'user':
      return { role: 'user', parts: decodeContent(message['content'], `${path}.content`) };
    case 'assistant':
      return { role: 'assistant', parts: decodeAssistant(message, at) };
    case 'tool':
      return { role: 'user', parts: [decodeResult(message, asString(message['tool_call_id']), path)] };
    case 'function':
      return { role: 'user', parts: [decodeResult(message, functionCallId(asText(message['name'])), path)] };
    default:
      throw malformed(`${path}.role must be developer, system, user, assistant, tool or function.`);
  }
}

function decodeTexts(content: JsonValue | undefined, path: string): TextPart[] {
  return decodeContent(content, `${path}.content`).filter((part) => part.type === 'text');
}

function decodeContent(content: JsonValue | undefined, path: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (content === null || content === undefined) return [];
  if (!Array.isArray(content)) throw malformed(`${path} must be a string or a list of parts.`);
  return content.map((item, at) => {
    const part = asObject(item);
    if (part === undefined) throw malformed(`${path}[${at}] must be an object.`);
    return decodeUserPart(part, `${path}[${at}]`);
  });
}

function decodeResult(message: JsonObject, callId: string | undefined, path: string): Part {
  if (callId === undefined) throw malformed(`${path}.tool_call_id must be a string.`);
  const content = decodeContent(message['content'], `${path}.content`).filter(
    (part): part is ResultPart => part.type === 'text' || part.type === 'image' || part.type === 'document',
  );
  return { type: 'tool-result', callId, content, isError: false, ...readCacheControl(message) };
}

function decodeAssistant(message: JsonObject, at: number): Part[] {
  const path = `messages[${at}]`;
  const refusal = asText(message['refusal']);
  const calls = asList(message['tool_calls']).map((item, call) =>
    decodeCall(asObject(item) ?? {}, `${path}.tool_calls[${call}]`),
  );
  const old = asObject(message['function_call']);
  const oldName = asText(old?.['name']);
  return [
    ...decodeReasoning(message),
    ...assistantTexts(message['content']),
    ...(refusal === undefined ? [] : [{ type: 'text', text: refusal, refusal: true } as const]),
    ...calls,
    ...(old === undefined || oldName === undefined
      ? []
      : [oldCall(oldName, asString(old['arguments']) ?? '')]),
  ];
}

function assistantTexts(content: JsonValue | undefined): TextPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return objectsIn(content).flatMap((part): TextPart[] => {
    const refusal = asText(part['refusal']);
    if (refusal !== undefined) return [{ type: 'text', text: refusal, refusal: true }];
    const text = asText(part['text']);
    return text === undefined ? [] : [{ type: 'text', text, ...readCacheControl(part) }];
  });
}

function decodeCall(call: JsonObject, path: string): ToolCallPart {
  const custom = asObject(call['custom']);
  const named = custom ?? asObject(call['function']);
  const id = asString(call['id']);
  const name = asString(named?.['name']);
  if (id === undefined || name === undefined)
    throw malformed(`${path} needs an id and a function with a name.`);
  const sealed = asText(asObject(asObject(call['extra_content'])?.['google'])?.['thought_signature']);
  return {
    type: 'tool-call',
    id,
    name,
    input:
      custom === undefined
        ? { kind: 'json', text: argumentsOf(named?.['arguments']) }
        : { kind: 'text', text: asString(custom['input']) ?? '' },
    ...(sealed === undefined ? {} : { opaque: unwrapOpaque(sealed, 'thought-signature') }),
  };
}

function argumentsOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** The deprecated `function_call` has no id: a name answers for it. */
function oldCall(name: string, text: string): ToolCallPart {
  return { type: 'tool-call', id: functionCallId(name), name, input: { kind: 'json', text } };
}

function functionCallId(name: string | undefined): string {
  return `call_${name ?? 'function'}`;
}

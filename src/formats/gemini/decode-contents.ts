import type { Message } from '../../domain/conversation.ts';
import { asObject, asString, asText, type JsonObject } from '../../domain/json-value.ts';
import type { Part, TextPart } from '../../domain/message-part.ts';
import { malformed } from '../parse-body.ts';
import { CallLedger } from './call-ledger.ts';
import { decodeFunctionResponse } from './parts/function-response.ts';
import { readFunctionCall } from './parts/function-call.ts';
import { decodeFileData, decodeInlineData } from './parts/media.ts';
import { readSignature } from './signature.ts';

/** `contents`: one object, a list of them, or (as the SDK's users write it) a string. */
export function decodeContents(value: JsonObject[string]): Message[] {
  const ledger = new CallLedger();
  const contents = Array.isArray(value) ? value : [value];
  const messages = contents.map((item, at): Message => {
    const path = `contents[${at}]`;
    if (typeof item === 'string') return { role: 'user', parts: [{ type: 'text', text: item }] };
    const content = asObject(item);
    if (content === undefined) throw malformed(`${path} must be an object.`);
    return { role: roleOf(content['role'], path), parts: decodeParts(content, ledger, path) };
  });
  return joinTurns(messages).map((message) =>
    message.role === 'assistant' ? { role: 'assistant', parts: placeReasoning(message.parts) } : message,
  );
}

/** Clients keep the pieces of one answer apart at times. */
function joinTurns(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === 'assistant' && message.role === 'assistant')
      joined[joined.length - 1] = { role: 'assistant', parts: [...last.parts, ...message.parts] };
    else joined.push(message);
  }
  return joined;
}

/** Reasoning that rode on a call goes back in front of the words that came between the two. */
function placeReasoning(parts: readonly Part[]): Part[] {
  const placed: Part[] = [];
  let stepStart = 0;
  for (const part of parts) {
    const isForeign = part.type === 'reasoning' && part.opaque?.kind !== 'thought-signature';
    if (isForeign && part.opaque !== undefined) placed.splice(stepStart, 0, part);
    else placed.push(part);
    if (part.type !== 'text') stepStart = placed.length;
  }
  return placed;
}

function roleOf(role: JsonObject[string], path: string): Message['role'] {
  if (role === 'model') return 'assistant';
  if (role === 'system') return 'system';
  if (role === undefined || role === 'user' || role === 'function' || role === 'tool') return 'user';
  throw malformed(`${path}.role must be user or model.`);
}

/** `systemInstruction`: a string, parts, or a content. */
export function decodeSystem(value: JsonObject[string]): TextPart[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  const content = asObject(value);
  if (content === undefined) return [];
  const parts = content['parts'] === undefined ? [content] : partsOf(content, 'systemInstruction');
  return parts.flatMap((part) => {
    const text = asText(part['text']);
    return text === undefined ? [] : [{ type: 'text', text }];
  });
}

function partsOf(content: JsonObject, path: string): JsonObject[] {
  const { parts } = content;
  if (parts === undefined || parts === null) return [];
  if (!Array.isArray(parts)) throw malformed(`${path}.parts must be a list.`);
  return parts.map((item, at) => {
    if (typeof item === 'string') return { text: item };
    const part = asObject(item);
    if (part === undefined) throw malformed(`${path}.parts[${at}] must be an object.`);
    return part;
  });
}

function decodeParts(content: JsonObject, ledger: CallLedger, path: string): Part[] {
  return partsOf(content, path).flatMap((part) => decodePart(part, ledger));
}

function decodePart(part: JsonObject, ledger: CallLedger): Part[] {
  const opaque = readSignature(part);
  const call = asObject(part['functionCall']);
  if (call !== undefined) {
    const { id, name, input } = readFunctionCall(call);
    const named = { type: 'tool-call', id: ledger.addCall(id, name), name, input } as const;
    if (opaque === undefined) return [named];
    // Reasoning of another format travelled on the call, see the stream encoder.
    return opaque.kind === 'thought-signature'
      ? [{ ...named, opaque }]
      : [{ type: 'reasoning', text: opaque.text ?? '', opaque }, named];
  }
  const response = asObject(part['functionResponse']);
  if (response !== undefined) {
    const callId = ledger.findCall(asText(response['id']), asString(response['name']) ?? '');
    return [decodeFunctionResponse(response, callId)];
  }
  const text = asString(part['text']);
  if (part['thought'] === true) return [{ type: 'reasoning', text: text || (opaque?.text ?? ''), opaque }];
  // A signature on what the model said, or on an empty part of its own, is told apart from the words.
  const seal: Part[] = opaque === undefined ? [] : [{ type: 'reasoning', text: '', opaque }];
  if (text !== undefined) return [...(text === '' ? [] : [{ type: 'text', text } as const]), ...seal];
  return [decodeOther(part)];
}

function decodeOther(part: JsonObject): Part {
  const inline = asObject(part['inlineData']);
  if (inline !== undefined) return decodeInlineData(inline);
  const file = asObject(part['fileData']);
  if (file !== undefined) return decodeFileData(file);
  return { type: 'vendor', name: Object.keys(part)[0] ?? 'part', vendor: { format: 'gemini', value: part } };
}

import type { Conversation, Message } from '../../domain/conversation.ts';
import { asObject, asString, asText, type JsonObject } from '../../domain/json-value.ts';
import type { Part } from '../../domain/message-part.ts';
import type { Tool } from '../../domain/tool.ts';
import type { WarningList } from '../../domain/warning.ts';
import { restoreCallSeals } from '../call-seal.ts';
import { capabilityRejected } from '../capability.ts';
import { malformed } from '../parse-body.ts';
import { decodeTools } from './decode-tools.ts';
import { decodeContent } from './parts/content.ts';
import { decodeOtherItem } from './parts/hosted-call.ts';
import { decodeReasoning } from './parts/reasoning.ts';
import { decodeToolCall } from './parts/tool-call.ts';
import { decodeToolResult } from './parts/tool-result.ts';

export interface DecodedInput extends Pick<Conversation, 'system' | 'messages'> {
  /** Tools that items add to those of the request. */
  readonly tools: readonly Tool[];
  /** Settings that items change from here on, merged: `reasoning` and `text`. */
  readonly update: JsonObject;
}

/** The items of a request: leading instructions apart, calls joined to turns, results gathered behind them. */
export function decodeInput(input: JsonObject[string], warnings: WarningList): DecodedInput {
  if (typeof input === 'string')
    return {
      system: [],
      messages: [{ role: 'user', parts: decodeContent(input, 'input') }],
      tools: [],
      update: {},
    };
  if (!Array.isArray(input)) throw malformed('input must be a string or a list of items.');
  const items = input.map((item, at) => {
    const object = asObject(item);
    if (object === undefined) throw malformed(`input[${at}] must be an object.`);
    return object;
  });
  const messages = items.flatMap((item, at) => decodeItem(item, `input[${at}]`, warnings) ?? []);
  const first = messages.findIndex((message) => message.role !== 'system');
  const leading = first === -1 ? messages : messages.slice(0, first);
  return {
    system: leading.flatMap((message) => message.parts.filter((part) => part.type === 'text')),
    messages: first === -1 ? [] : joinItems(messages.slice(first)),
    tools: items.flatMap((item, at) => addedTools(item, `input[${at}].tools`)),
    update: items.reduce<JsonObject>(applyUpdate, {}),
  };
}

/** Consecutive items of the assistant are one turn; consecutive results are one message. */
function joinItems(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last !== undefined && belongsTo(last, message))
      joined[joined.length - 1] = { role: last.role, parts: [...last.parts, ...message.parts] };
    else joined.push(message);
  }
  return joined.map((message) =>
    message.role === 'assistant' ? { role: 'assistant', parts: restoreCallSeals(message.parts) } : message,
  );
}

function belongsTo(last: Message, message: Message): boolean {
  if (last.role !== message.role) return false;
  return message.role === 'assistant' || (hasOnlyResults(last) && hasOnlyResults(message));
}

function hasOnlyResults(message: Message): boolean {
  return message.parts.every((part) => part.type === 'tool-result');
}

/** Items that change settings only; see {@link addedTools} and {@link applyUpdate}. */
const SETTINGS = new Set(['additional_tools', 'configuration_update']);

/** Items that stand for something stored at the provider. */
const STORED: Readonly<Record<string, string>> = {
  item_reference: 'send the item itself',
  compaction: 'begin a new conversation, or route this one to the provider that compacted it',
  compaction_trigger: 'compact in the client',
};

function decodeItem(item: JsonObject, path: string, warnings: WarningList): Message | undefined {
  const type = asText(item['type']) ?? 'message';
  if (SETTINGS.has(type)) return undefined;
  if (type === 'message') return decodeMessage(item, path, warnings);
  const remedy = Object.hasOwn(STORED, type) ? STORED[type] : undefined;
  if (remedy !== undefined)
    throw capabilityRejected(`${path}: ${type} is known only to the provider that stored it; ${remedy}.`);
  if (type === 'reasoning') return { role: 'assistant', parts: [decodeReasoning(item)] };
  const result = decodeToolResult(item, path);
  if (result !== undefined) return { role: 'user', parts: [result] };
  return { role: 'assistant', parts: [decodeToolCall(item, path) ?? decodeOtherItem(item)] };
}

function decodeMessage(item: JsonObject, path: string, warnings: WarningList): Message {
  const parts: Part[] = decodeContent(item['content'], `${path}.content`);
  switch (item['role']) {
    case 'user':
      return { role: 'user', parts };
    case 'assistant':
      if (asString(item['phase']) !== undefined)
        warnings.add('field_dropped', 'input.phase', 'The phase of a message has no counterpart.');
      return { role: 'assistant', parts };
    case 'system':
    case 'developer':
      return { role: 'system', parts: parts.filter((part) => part.type === 'text') };
    default:
      throw malformed(`${path}.role must be developer, system, user or assistant.`);
  }
}

function addedTools(item: JsonObject, path: string): Tool[] {
  const adds = item['type'] === 'additional_tools' || item['type'] === 'tool_search_output';
  return adds ? decodeTools(item['tools'], path) : [];
}

function applyUpdate(settings: JsonObject, item: JsonObject): JsonObject {
  if (item['type'] !== 'configuration_update') return settings;
  return {
    reasoning: { ...asObject(settings['reasoning']), ...asObject(item['reasoning']) },
    text: { ...asObject(settings['text']), ...asObject(item['text']) },
  };
}

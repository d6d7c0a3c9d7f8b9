import type { Message } from '../../domain/conversation.ts';
import { asObject, type JsonObject, objectsIn } from '../../domain/json-value.ts';
import type { Part, ToolResultPart } from '../../domain/message-part.ts';
import type { WarningList } from '../../domain/warning.ts';
import { assertNever } from '../../lib/assert-never.ts';
import { writeCacheControl } from '../cache-control.ts';
import { capabilityRejected } from '../capability.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { encodeDocument, encodeImage } from './parts/media.ts';
import { ownBlock } from './parts/server-tool.ts';
import { encodeText } from './parts/text.ts';
import { encodeThinking } from './parts/thinking.ts';
import { encodeToolUse } from './parts/tool-use.ts';

/** Messages of this format from prepared ones. */
export function encodeMessages(
  messages: readonly Message[],
  names: ToolNames,
  warnings: WarningList,
): JsonObject[] {
  const placed = messages.map((message, at) => (isMisplaced(messages, at) ? asUser(message) : message));
  const encoded = joinUsers(placed).map((message) => encodeMessage(message, names));
  trimPrefill(encoded.at(-1));
  if (encoded[0]?.['role'] !== 'assistant') return encoded;
  warnings.add('message_inserted', 'messages[0]', 'The conversation must begin with the user.');
  return [{ role: 'user', content: [{ type: 'text', text: '.' }] }, ...encoded];
}

/** An answer that is to be continued may not end in blanks. */
function trimPrefill(last: JsonObject | undefined): void {
  const block = last?.['role'] === 'assistant' ? objectsIn(last['content']).at(-1) : undefined;
  if (typeof block?.['text'] === 'string') block['text'] = block['text'].trimEnd();
}

/** Instructions in mid-conversation stand after the user and before the assistant, or last. */
function isMisplaced(messages: readonly Message[], at: number): boolean {
  if (messages[at]?.role !== 'system') return false;
  const next = messages[at + 1]?.role;
  return messages[at - 1]?.role !== 'user' || (next !== undefined && next !== 'assistant');
}

function asUser(message: Message): Message {
  return {
    role: 'user',
    parts: message.parts.map((part) =>
      part.type === 'text' ? { ...part, text: `<system-reminder>\n${part.text}\n</system-reminder>` } : part,
    ),
  };
}

function joinUsers(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last?.role === 'user' && message.role === 'user')
      joined[joined.length - 1] = { role: 'user', parts: [...last.parts, ...message.parts] };
    else joined.push(message);
  }
  return joined;
}

function encodeMessage(message: Message, names: ToolNames): JsonObject {
  return { role: message.role, content: message.parts.flatMap((part) => encodePart(part, names) ?? []) };
}

function encodePart(part: Part, names: ToolNames): JsonObject[] {
  switch (part.type) {
    case 'text':
      return [encodeText(part)];
    case 'image':
      return [encodeImage(part)];
    case 'document':
      return [encodeDocument(part)];
    case 'search-result':
      return [
        {
          type: 'search_result',
          source: part.source,
          title: part.title,
          content: [{ type: 'text', text: part.text }],
          ...writeCacheControl(part.cache),
        },
      ];
    case 'tool-reference':
      return [{ type: 'tool_reference', tool_name: names.toSent(part.name) }];
    case 'reasoning':
      return [encodeThinking(part)].filter((block) => block !== undefined);
    case 'tool-call':
      return [encodeToolUse(part, names.toSent(part.name, part.namespace))];
    case 'tool-result':
      return [encodeToolResult(part, names)];
    case 'server-tool-call':
    case 'server-tool-result':
      return [ownBlock(part)].filter((block) => block !== undefined);
    case 'vendor':
      return [asObject(part.vendor.value)].filter((block) => block !== undefined);
    case 'audio':
      throw capabilityRejected('The model takes no audio: leave the input_audio part out.');
    default:
      return assertNever(part);
  }
}

function encodeToolResult(part: ToolResultPart, names: ToolNames): JsonObject {
  const content = part.content
    .filter((item) => item.type !== 'text' || item.text.trim() !== '')
    .flatMap((item) => encodePart(item, names));
  return {
    type: 'tool_result',
    tool_use_id: part.callId,
    // An error must say something, and an empty list is refused in places.
    content: content.length > 0 ? content : [{ type: 'text', text: '(no output)' }],
    ...(part.isError ? { is_error: true } : {}),
    ...writeCacheControl(part.cache),
  };
}

import type { Conversation, Message } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { Part, TextPart } from '../../domain/message-part.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { type EncodeScope, encodeContent, encodeText, encodeUserPart, warnOfCache } from './parts/content.ts';
import { encodeReasoning } from './parts/reasoning.ts';
import { encodeToolCall } from './parts/tool-call.ts';
import { encodeToolResult } from './parts/tool-result.ts';

/** Messages of this format from prepared ones: one assistant message per turn, one tool message per result. */
export function encodeMessages(
  { system, messages }: Pick<Conversation, 'system' | 'messages'>,
  names: ToolNames,
  scope: EncodeScope,
): JsonObject[] {
  const leading = system.length === 0 ? [] : [encodeSystem(system, scope)];
  return [...leading, ...messages.flatMap((message) => encodeMessage(message, names, scope))];
}

function encodeMessage(message: Message, names: ToolNames, scope: EncodeScope): JsonObject[] {
  switch (message.role) {
    case 'system':
      return [
        encodeSystem(
          message.parts.filter((part) => part.type === 'text'),
          scope,
        ),
      ];
    case 'assistant':
      return [encodeAssistant(message.parts, names, scope)];
    case 'user':
      return encodeUser(message.parts, scope);
    default:
      return assertNever(message.role);
  }
}

function encodeSystem(parts: readonly TextPart[], scope: EncodeScope): JsonObject {
  const content = encodeContent(parts.map((part) => encodeText(part, scope)));
  return { role: scope.target.quirks.systemRole, content };
}

/** Results first, each in a message of its own; then what they showed besides text; then what the user said. */
function encodeUser(parts: readonly Part[], scope: EncodeScope): JsonObject[] {
  const results = parts
    .filter((part) => part.type === 'tool-result')
    .map((part) => encodeToolResult(part, scope));
  const said = parts
    .filter((part) => part.type !== 'tool-result')
    .flatMap((part) => encodeUserPart(part, scope));
  const content = [...results.flatMap((result) => result.media), ...said];
  const messages = results.map((result) => result.message);
  return content.length === 0 ? messages : [...messages, { role: 'user', content: encodeContent(content) }];
}

function encodeAssistant(parts: readonly Part[], names: ToolNames, scope: EncodeScope): JsonObject {
  const { quirks } = scope.target;
  const calls = parts
    .filter((part) => part.type === 'tool-call')
    .map((part) => encodeToolCall(part, names.toSent(part.name, part.namespace), quirks.customTools));
  const reasoning = parts.filter((part) => part.type === 'reasoning');
  const content = encodeAssistantText(parts, scope);
  const empty = calls.length > 0 && quirks.nullContent ? null : '';
  return {
    role: 'assistant',
    content: content === '' ? empty : content,
    ...encodeReasoning(reasoning, quirks, calls.length > 0),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

/** Text that stood after a call moves in front of it: this format has no other place. */
function encodeAssistantText(parts: readonly Part[], scope: EncodeScope): string | JsonObject[] {
  const texts = parts.filter((part) => part.type === 'text');
  if (scope.target.quirks.cacheControl && texts.some((part) => part.cache !== undefined))
    return texts.map((part) => encodeText(part, scope));
  let text = '';
  let isAfterCall = false;
  for (const part of parts) {
    if (part.type === 'tool-call') isAfterCall = true;
    if (part.type !== 'text') continue;
    if (isAfterCall) {
      scope.warnings.add('order_changed', 'messages', 'Text after a tool call was moved in front of it.');
      text += text === '' ? part.text : `\n\n${part.text}`;
    } else {
      warnOfCache(part, scope);
      text += part.text;
    }
  }
  return text;
}

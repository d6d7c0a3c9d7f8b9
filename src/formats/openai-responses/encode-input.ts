import type { Message } from '../../domain/conversation.ts';
import type { JsonObject } from '../../domain/json-value.ts';
import type { Part, TextPart } from '../../domain/message-part.ts';
import { assertNever } from '../../lib/assert-never.ts';
import type { ToolNames } from '../passes/map-tool-names.ts';
import { encodeContentPart, type EncodeScope, warnOfCache } from './parts/content.ts';
import { encodeReasoning } from './parts/reasoning.ts';
import { encodeToolCall } from './parts/tool-call.ts';
import { encodeToolResult } from './parts/tool-result.ts';

/** Prepared messages as items: calls, results and reasoning are items of their own. */
export function encodeInput(
  messages: readonly Message[],
  names: ToolNames,
  scope: EncodeScope,
): JsonObject[] {
  const customCalls = scope.target.quirks.customTools ? freeTextCalls(messages) : new Set<string>();
  return messages.flatMap((message): JsonObject[] => {
    switch (message.role) {
      case 'system':
        return [
          messageItem(
            scope.target.quirks.systemRole,
            message.parts.flatMap((part) => encodeContentPart(part, scope)),
          ),
        ];
      case 'user':
        return encodeUser(message.parts, customCalls, scope);
      case 'assistant':
        return encodeAssistant(message.parts, names, scope);
      default:
        return assertNever(message.role);
    }
  });
}

function freeTextCalls(messages: readonly Message[]): ReadonlySet<string> {
  const parts = messages.flatMap((message) => message.parts);
  const calls = parts.filter((part) => part.type === 'tool-call');
  return new Set(calls.filter((call) => call.input.kind === 'text').map((call) => call.id));
}

function encodeUser(
  parts: readonly Part[],
  customCalls: ReadonlySet<string>,
  scope: EncodeScope,
): JsonObject[] {
  const results = parts
    .filter((part) => part.type === 'tool-result')
    .map((part) => encodeToolResult(part, customCalls.has(part.callId), scope));
  const content = parts
    .filter((part) => part.type !== 'tool-result')
    .flatMap((part) => encodeContentPart(part, scope));
  return content.length === 0 ? results : [...results, messageItem('user', content)];
}

function messageItem(role: string, content: JsonObject[]): JsonObject {
  return { type: 'message', role, content };
}

/** In the order of the parts; texts next to each other are one message. */
function encodeAssistant(parts: readonly Part[], names: ToolNames, scope: EncodeScope): JsonObject[] {
  const items: JsonObject[] = [];
  let texts: JsonObject[] = [];
  const flush = (): void => {
    if (texts.length > 0) items.push(messageItem('assistant', texts));
    texts = [];
  };
  for (const part of withoutDanglingReasoning(parts, scope)) {
    if (part.type === 'text') {
      warnOfCache(part.cache, scope);
      texts.push(encodeText(part));
    } else {
      flush();
      items.push(...encodeItem(part, names, scope));
    }
  }
  flush();
  return items;
}

function encodeText(part: TextPart): JsonObject {
  return part.refusal === true
    ? { type: 'refusal', refusal: part.text }
    : { type: 'output_text', text: part.text };
}

function encodeItem(part: Part, names: ToolNames, scope: EncodeScope): JsonObject[] {
  switch (part.type) {
    case 'reasoning': {
      const item = encodeReasoning(part);
      return item === undefined ? [] : [item];
    }
    case 'tool-call':
      warnOfCache(part.cache, scope);
      return [encodeToolCall(part, names.toSent(part.name, part.namespace), scope.target.quirks.customTools)];
    case 'server-tool-call':
    case 'vendor': {
      const { value } = part.vendor;
      // Only parts of this format come here, and its items are objects.
      return [value as JsonObject];
    }
    default:
      scope.warnings.add('part_dropped', 'messages', `An assistant cannot say a part of type ${part.type}.`);
      return [];
  }
}

/** After an aborted turn: the API refuses reasoning that nothing follows. */
function withoutDanglingReasoning(parts: readonly Part[], { warnings }: EncodeScope): readonly Part[] {
  const last = parts.findLastIndex((part) => part.type !== 'reasoning');
  if (last === parts.length - 1) return parts;
  warnings.add('reasoning_dropped', 'messages', 'Reasoning at the end of an aborted turn was left out.');
  return parts.slice(0, last + 1);
}

import type { Message } from '../../domain/conversation.ts';
import type { WarningList } from '../../domain/warning.ts';

/**
 * Some chat templates demand that user and assistant take turns, user first, where tool results count for nothing.
 * Inserts the shortest turns that make it so.
 */
export function alternateStrictly(messages: readonly Message[], warnings: WarningList): readonly Message[] {
  const result: Message[] = [];
  if (messages[0]?.role === 'assistant') {
    result.push(said('user', '.'));
    warnings.add('message_inserted', 'messages[0]', 'The conversation must begin with the user.');
  }
  for (const message of messages) {
    const results = message.parts.filter((part) => part.type === 'tool-result');
    if (message.role !== 'user' || results.length === 0 || results.length === message.parts.length) {
      result.push(message);
      continue;
    }
    const rest = message.parts.filter((part) => part.type !== 'tool-result');
    result.push({ role: 'user', parts: results }, said('assistant', 'OK.'), { role: 'user', parts: rest });
    warnings.add('message_inserted', 'messages', 'The user may not speak right after tool results.');
  }
  return result;
}

function said(role: Message['role'], text: string): Message {
  return { role, parts: [{ type: 'text', text }] };
}

import type { Message } from '../../domain/conversation.ts';
import type { Part } from '../../domain/message-part.ts';

/**
 * Removes text without a word in it, then messages without parts, then joins neighbours of one role. Providers refuse
 * empty text, and a removed message would leave two turns of the same side next to each other.
 */
export function normaliseMessages(messages: readonly Message[]): readonly Message[] {
  const joined: { role: Message['role']; parts: Part[] }[] = [];
  for (const message of messages) {
    const parts = message.parts.filter(isFilled);
    if (parts.length === 0) continue;
    const last = joined.at(-1);
    if (last?.role === message.role) last.parts.push(...parts);
    else joined.push({ role: message.role, parts });
  }
  return joined;
}

function isFilled(part: Part): boolean {
  return part.type !== 'text' || part.text.trim() !== '';
}

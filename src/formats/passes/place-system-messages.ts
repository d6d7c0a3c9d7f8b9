import type { Conversation, Message } from '../../domain/conversation.ts';
import type { TextPart } from '../../domain/message-part.ts';
import type { TargetQuirks } from '../../domain/target-quirks.ts';

/**
 * Puts instructions that stand in mid-conversation where the target can take them. Wrapping as user text is the
 * default: it keeps the order and the prefix that prompt caches live on.
 */
export function placeSystemMessages(
  conversation: Conversation,
  policy: TargetQuirks['midSystem'],
): Pick<Conversation, 'system' | 'messages'> {
  const { system, messages } = conversation;
  if (policy === 'in-place' || messages.every((message) => message.role !== 'system'))
    return { system, messages };
  if (policy === 'user') return { system, messages: messages.map(wrapAsUser) };
  const hoisted = messages.filter((message) => message.role === 'system').flatMap(textsOf);
  return {
    system: [...system, ...hoisted],
    messages: messages.filter((message) => message.role !== 'system'),
  };
}

function wrapAsUser(message: Message): Message {
  if (message.role !== 'system') return message;
  return { role: 'user', parts: textsOf(message).map(wrapText) };
}

function textsOf(message: Message): TextPart[] {
  return message.parts.filter((part) => part.type === 'text');
}

function wrapText(part: TextPart): TextPart {
  return { ...part, text: `<system-reminder>\n${part.text}\n</system-reminder>` };
}

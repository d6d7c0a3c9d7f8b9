import type { Conversation } from '../../domain/conversation.ts';
import type { Part } from '../../domain/message-part.ts';
import { assertNever } from '../../lib/assert-never.ts';

const CHARACTERS_PER_TOKEN = 3.6;
const TOKENS_PER_IMAGE = 1_500;
const TOKENS_PER_MESSAGE = 4;

/** A rough count of prompt tokens, at least 1: for limits, and to tell a client before the provider does. */
export function estimatePrompt(conversation: Conversation): number {
  let characters = conversation.system.reduce((sum, part) => sum + part.text.length, 0);
  let tokens = 0;
  for (const message of conversation.messages) {
    tokens += TOKENS_PER_MESSAGE;
    for (const part of message.parts) {
      characters += charactersOf(part);
      tokens += imagesIn(part) * TOKENS_PER_IMAGE;
    }
  }
  for (const tool of conversation.tools) {
    if (tool.type === 'function')
      characters += (tool.description?.length ?? 0) + JSON.stringify(tool.parameters).length;
    else if (tool.type === 'custom') characters += (tool.description?.length ?? 0) + 100;
  }
  return Math.max(1, Math.ceil(characters / CHARACTERS_PER_TOKEN) + tokens);
}

function charactersOf(part: Part): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'search-result':
      return part.text.length;
    case 'tool-call':
      return part.name.length + part.input.text.length;
    case 'tool-result':
      return part.content.reduce((sum, item) => sum + charactersOf(item), 0);
    case 'document':
      return part.source.kind === 'text' ? part.source.text.length : 0;
    case 'server-tool-call':
      return part.input.length;
    case 'image':
    case 'audio':
    case 'tool-reference':
    case 'server-tool-result':
    case 'vendor':
      return 0;
    default:
      return assertNever(part);
  }
}

function imagesIn(part: Part): number {
  if (part.type === 'image') return 1;
  return part.type === 'tool-result' ? part.content.filter((item) => item.type === 'image').length : 0;
}

import type { ToolIdRule } from '../../domain/target-quirks.ts';

/** Ids of tool calls that clients of this format accept. */
export const CLIENT_TOOL_IDS: ToolIdRule = { alphabet: 'word', maxLength: 128, exactLength: undefined };

/** A message id that looks as clients expect, made of the provider's where there is one. */
export function messageId(providerId: string, newId: () => string): string {
  const plain = providerId.replaceAll(/[^a-zA-Z0-9_-]/g, '');
  if (plain.startsWith('msg_')) return plain;
  return `msg_${plain === '' ? newId() : plain}`;
}

import { createHash } from 'node:crypto';
import type { Message } from '../../domain/conversation.ts';
import type { ToolIdRule } from '../../domain/target-quirks.ts';

/** Rewrites the ids of calls and their results to what the target takes: a bijection, the same for the same request. */
export function mapToolIds(messages: readonly Message[], rule: ToolIdRule): readonly Message[] {
  const ids = collectIds(messages);
  if (ids.every((id) => fits(id, rule))) return messages;
  const mapped = new Map<string, string>();
  const taken = new Set(ids.filter((id) => fits(id, rule)));
  for (const id of ids) {
    const replacement = fits(id, rule) ? id : replaceId(id, rule, taken);
    taken.add(replacement);
    mapped.set(id, replacement);
  }
  const rename = (id: string): string => mapped.get(id) ?? id;
  return messages.map((message) => ({
    role: message.role,
    parts: message.parts.map((part) => {
      if (part.type === 'tool-call') return { ...part, id: rename(part.id) };
      if (part.type === 'tool-result') return { ...part, callId: rename(part.callId) };
      return part;
    }),
  }));
}

/** One id made to fit by itself, for answers: the client sends it back in whatever form it likes. */
export function fitToolId(id: string, rule: ToolIdRule): string {
  return fits(id, rule) ? id : replaceId(id, rule, new Set());
}

const PATTERNS = {
  any: /^[\s\S]+$/,
  word: /^[a-zA-Z0-9_-]+$/,
  alphanumeric: /^[a-zA-Z0-9]+$/,
} as const satisfies Record<ToolIdRule['alphabet'], RegExp>;

function collectIds(messages: readonly Message[]): string[] {
  const ids = new Set<string>();
  for (const { parts } of messages)
    for (const part of parts) {
      if (part.type === 'tool-call') ids.add(part.id);
      else if (part.type === 'tool-result') ids.add(part.callId);
    }
  return [...ids];
}

function fits(id: string, rule: ToolIdRule): boolean {
  if (!PATTERNS[rule.alphabet].test(id)) return false;
  return rule.exactLength === undefined ? id.length <= rule.maxLength : id.length === rule.exactLength;
}

function replaceId(id: string, rule: ToolIdRule, taken: ReadonlySet<string>): string {
  const length = rule.exactLength ?? Math.min(rule.maxLength, 29);
  for (let round = 0; ; round += 1) {
    const hash = createHash('sha256')
      .update(round === 0 ? id : `${id}#${round}`)
      .digest('hex');
    const text = rule.exactLength === undefined && rule.alphabet !== 'alphanumeric' ? `call_${hash}` : hash;
    const candidate = text.slice(0, length);
    if (!taken.has(candidate)) return candidate;
  }
}

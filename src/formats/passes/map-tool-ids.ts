import { createHash } from 'node:crypto';
import type { Message } from '../../domain/conversation.ts';
import type { Part } from '../../domain/message-part.ts';
import type { ToolIdRule } from '../../domain/target-quirks.ts';

/**
 * Rewrites the ids of calls and their results to what the target takes: a bijection, the same for the same request.
 * Some providers count their ids from 0 in every turn; others refuse an id that comes twice, so the later calls get
 * ids of their own. Results are matched to the calls before them, which repaired messages have in order.
 */
export function mapToolIds(messages: readonly Message[], rule: ToolIdRule): readonly Message[] {
  const ids = callIds(messages);
  if (new Set(ids).size === ids.length && ids.every((id) => fits(id, rule))) return messages;
  const mapper = new IdMapper(rule, new Set(ids));
  return messages.map(({ role, parts }) => ({ role, parts: parts.map((part) => mapper.map(part)) }));
}

/** One id made to fit by itself, for answers: the client sends it back in whatever form it likes. */
export function fitToolId(id: string, rule: ToolIdRule): string {
  return fits(id, rule) ? id : replaceId(id, rule, new Set());
}

class IdMapper {
  readonly #rule: ToolIdRule;
  /** Ids that may not be given to another call: all of the client's, and those given so far. */
  readonly #taken: Set<string>;
  readonly #used = new Set<string>();
  /** Given ids of calls that wait for their result, by the client's id. */
  readonly #open = new Map<string, string[]>();

  constructor(rule: ToolIdRule, taken: Set<string>) {
    this.#rule = rule;
    this.#taken = taken;
  }

  map(part: Part): Part {
    if (part.type === 'tool-call') return { ...part, id: this.#give(part.id) };
    if (part.type !== 'tool-result') return part;
    return { ...part, callId: this.#open.get(part.callId)?.shift() ?? part.callId };
  }

  #give(id: string): string {
    const isNew = !this.#used.has(id);
    const given = isNew && fits(id, this.#rule) ? id : replaceId(id, this.#rule, this.#taken);
    this.#used.add(id);
    this.#taken.add(given);
    const open = this.#open.get(id);
    if (open === undefined) this.#open.set(id, [given]);
    else open.push(given);
    return given;
  }
}

const PATTERNS = {
  any: /^[\s\S]+$/,
  word: /^[a-zA-Z0-9_-]+$/,
  alphanumeric: /^[a-zA-Z0-9]+$/,
} as const satisfies Record<ToolIdRule['alphabet'], RegExp>;

function callIds(messages: readonly Message[]): string[] {
  return messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])),
  );
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

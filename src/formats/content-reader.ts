/**
 * Looks below the top-level members of a request, for routes that depend on what is in it: sizes, images, tools,
 * thinking, plan mode. It rides on the one scan that reads the facts, works for all formats, because none of
 * their member names means something else in another, and decodes only what is short.
 */
import type { ContentFacts, ToolFact } from '../domain/content-facts.ts';
import type { JsonCursor } from '../lib/json-cursor.ts';
import { JsonWords } from '../lib/json-words.ts';
import type { Span } from '../lib/splice.ts';
import { RecentTexts } from './recent-texts.ts';
import { readConversation, type ConversationFacts } from './content/conversation.ts';
import { readDemands, type DemandMembers } from './content/demands.ts';
import { readTools } from './content/tools.ts';

/** Longer system texts are searched in their last bytes: what a client adds for one turn stands at the end. */
const MAX_SYSTEM_BYTES = 16 * 1024;

const EMPTY_CONVERSATION: ConversationFacts = {
  attachments: 0,
  attachmentBytes: 0,
  images: 'none',
  newestSystem: undefined,
};

export class ContentReader {
  readonly #demands: Partial<Record<keyof DemandMembers, Span>> = {};
  #conversation = EMPTY_CONVERSATION;
  #conversationBytes = 0;
  #system: Span | undefined;
  #toolBytes = 0;
  #tools: readonly ToolFact[] = [];

  /** Reads the value of the current top-level member. @returns false when it is none of ours and still ahead */
  read(cursor: JsonCursor): boolean {
    const start = cursor.position;
    const name = KEYS.at(cursor.bytes, { start: cursor.keyStart, end: cursor.keyEnd }) ?? cursor.key();
    switch (name) {
      case 'messages':
      case 'input':
      case 'contents':
        this.#conversation = readConversation(cursor);
        this.#conversationBytes = cursor.position - start;
        return true;
      case 'system':
      case 'instructions':
      case 'systemInstruction':
      case 'system_instruction':
        this.#system = cursor.skipValue();
        return true;
      case 'tools':
        this.#tools = readTools(cursor);
        this.#toolBytes = cursor.position - start;
        return true;
      default:
        return this.#readDemand(cursor, name);
    }
  }

  finish(body: Buffer): ContentFacts {
    const { attachments, attachmentBytes, images, newestSystem } = this.#conversation;
    const systemBytes = this.#system === undefined ? 0 : this.#system.end - this.#system.start;
    return {
      textBytes: this.#conversationBytes - attachmentBytes + systemBytes + this.#toolBytes,
      attachments,
      images,
      tools: this.#tools,
      systemText: lazyText(body, newestSystem ?? this.#system),
      ...readDemands(body, this.#demands),
    };
  }

  #readDemand(cursor: JsonCursor, key: string): boolean {
    const name = DEMANDS.get(key);
    if (name === undefined) return false;
    this.#demands[name] = cursor.skipValue();
    return true;
  }
}

/** Short members that say how the answer is wanted, under all their names. */
const DEMANDS: ReadonlyMap<string, keyof DemandMembers> = new Map([
  ['tool_choice', 'toolChoice'],
  ['toolConfig', 'toolChoice'],
  ['tool_config', 'toolChoice'],
  ['thinking', 'thinking'],
  ['reasoning', 'thinking'],
  ['reasoning_effort', 'effort'],
  ['output_config', 'output'],
  ['output_format', 'outputFormat'],
  ['response_format', 'outputFormat'],
  ['text', 'outputFormat'],
  ['generationConfig', 'generation'],
  ['generation_config', 'generation'],
  ['safeguards', 'safeguards'],
]);

/** Names that nearly every request has on its top level. */
const KEYS = new JsonWords([
  'messages',
  'input',
  'contents',
  'system',
  'instructions',
  'tools',
  'tool_choice',
  'thinking',
  'reasoning',
  'output_config',
  'metadata',
  'temperature',
  'context_management',
]);

/** Decoded when it is asked for, and once: few requests get as far as the detector that reads it. */
function lazyText(body: Buffer, span: Span | undefined): () => string {
  let text: string | undefined;
  return () => (text ??= span === undefined ? '' : textOf(body, span));
}

function textOf(body: Buffer, { start, end }: Span): string {
  return remembered.lowerCase(body.subarray(Math.max(start, end - MAX_SYSTEM_BYTES), end));
}

const remembered = new RecentTexts();

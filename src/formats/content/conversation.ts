import type { JsonCursor } from '../../lib/json-cursor.ts';
import { JsonWords } from '../../lib/json-words.ts';
import { decodeString } from '../../lib/json-string.ts';
import type { Span } from '../../lib/splice.ts';

/** What a conversation holds besides text. */
export interface ConversationFacts {
  readonly attachments: number;
  /** Bytes of the body that are attachments, not text. */
  readonly attachmentBytes: number;
  readonly images: 'none' | 'earlier' | 'newest-turn';
  /** Content of the last message that speaks for the system. */
  readonly newestSystem: Span | undefined;
}

/** Block types that carry an image, and those that carry another file; Gemini's parts are named by their member. */
const IMAGE_TYPES = new Set(['image', 'image_url', 'input_image']);
const FILE_TYPES = new Set(['document', 'file', 'input_file', 'input_audio']);

/** Types of the Responses format that the model wrote although they carry no role. */
const MODEL_ITEMS = /^(?:reasoning|.*_call)$/;

/** Reads `messages`, `input` or `contents`; a conversation may also be a single string. */
export function readConversation(cursor: JsonCursor): ConversationFacts {
  if (cursor.kind() !== 'array') {
    cursor.skipValue();
    return { attachments: 0, attachmentBytes: 0, images: 'none', newestSystem: undefined };
  }
  const tally = new Tally();
  cursor.enterArray();
  while (cursor.nextElement()) {
    if (cursor.kind() === 'object') readMessage(cursor, tally);
    else cursor.skipValue();
  }
  return tally.facts();
}

/** Sums over messages; what the model says ends a turn. */
class Tally {
  attachments = 0;
  attachmentBytes = 0;
  newestSystem: Span | undefined;
  /** Images of the message being read. */
  imagesHere = 0;
  #imagesInTurn = 0;
  #imagesBefore = 0;

  closeMessage(byModel: boolean): void {
    if (byModel) {
      this.#imagesBefore += this.#imagesInTurn + this.imagesHere;
      this.#imagesInTurn = 0;
    } else {
      this.#imagesInTurn += this.imagesHere;
    }
    this.imagesHere = 0;
  }

  facts(): ConversationFacts {
    const { attachments, attachmentBytes, newestSystem } = this;
    const images = this.#imagesInTurn > 0 ? 'newest-turn' : this.#imagesBefore > 0 ? 'earlier' : 'none';
    return { attachments, attachmentBytes, images, newestSystem };
  }
}

function readMessage(cursor: JsonCursor, tally: Tally): void {
  let role: string | undefined;
  let type: string | undefined;
  let content: Span | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('role')) role = shortText(cursor);
    else if (cursor.keyIs('type')) type = shortText(cursor);
    else if (isNesting(cursor)) content = readBlocks(cursor, tally);
    else cursor.skipValue();
  }
  if (role === 'system' || role === 'developer') tally.newestSystem = content ?? tally.newestSystem;
  const byModel =
    role === undefined ? MODEL_ITEMS.test(type ?? '') : role === 'assistant' || role === 'model';
  tally.closeMessage(byModel);
}

/** A list of blocks, or a text. @returns where it stood */
function readBlocks(cursor: JsonCursor, tally: Tally): Span {
  if (cursor.kind() !== 'array') return cursor.skipValue();
  const start = cursor.position;
  cursor.enterArray();
  while (cursor.nextElement()) {
    if (cursor.kind() === 'object') readBlock(cursor, tally);
    else cursor.skipValue();
  }
  return { start, end: cursor.position };
}

/** Blocks nest: a tool result holds its images in a list of blocks of its own. */
function readBlock(cursor: JsonCursor, tally: Tally): void {
  const start = cursor.position;
  let type: string | undefined;
  let media: string | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('type')) type = shortText(cursor);
    else if (cursor.keyIs('text')) cursor.skipValue();
    else if (isMedia(cursor)) media = mediaOf(cursor);
    else if (isNesting(cursor)) readBlocks(cursor, tally);
    else cursor.skipValue();
  }
  const isImage = IMAGE_TYPES.has(type ?? '') || media?.includes('"image/') === true;
  if (!isImage && media === undefined && !FILE_TYPES.has(type ?? '')) return;
  tally.attachments += 1;
  tally.attachmentBytes += cursor.position - start;
  if (isImage) tally.imagesHere += 1;
}

/** Members of a message or block in which further blocks may stand. Spelled out: this runs for every member. */
function isNesting(cursor: JsonCursor): boolean {
  return cursor.keyIs('content') || cursor.keyIs('parts') || cursor.keyIs('output');
}

function isMedia(cursor: JsonCursor): boolean {
  return (
    cursor.keyIs('inlineData') ||
    cursor.keyIs('inline_data') ||
    cursor.keyIs('fileData') ||
    cursor.keyIs('file_data')
  );
}

/** The beginning and end of a media part, where its type stands: what lies between is the data. */
function mediaOf(cursor: JsonCursor): string {
  const { start, end } = cursor.skipValue();
  const head = cursor.bytes.toString('latin1', start, Math.min(end, start + 128));
  return head + cursor.bytes.toString('latin1', Math.max(start, end - 128), end);
}

/** Roles and types that nearly every message and block has. */
const WORDS = new JsonWords([
  'user',
  'assistant',
  'model',
  'system',
  'developer',
  'tool',
  'text',
  'tool_use',
  'tool_result',
  'thinking',
  'image',
  'image_url',
  'document',
  'input_text',
  'output_text',
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
]);

const LONGEST_WORD = 64;

/** A string of one word, such as a role; longer ones are none. */
function shortText(cursor: JsonCursor): string | undefined {
  const isString = cursor.kind() === 'string';
  const span = cursor.skipValue();
  if (!isString || span.end - span.start >= LONGEST_WORD) return undefined;
  return WORDS.at(cursor.bytes, span) ?? decodeString(cursor.bytes, span);
}

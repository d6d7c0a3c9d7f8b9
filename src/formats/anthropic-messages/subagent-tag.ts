/** The tag of a subagent in an Anthropic request, found by the same scan that everything else is. */
import { JsonCursor } from '../../lib/json-cursor.ts';
import { decodeString } from '../../lib/json-string.ts';
import { mentionsTag, tagIn } from '../subagent-tag.ts';

/**
 * The text of the tag, system text first.
 * @param body a request body that has been scanned
 */
export function findSubagentTag(body: Buffer): string | undefined {
  if (!mentionsTag(body)) return undefined;
  const cursor = new JsonCursor(body);
  let system: string[] = [];
  let firstUser: string[] = [];
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('system')) system = textsOf(cursor);
    else if (cursor.keyIs('messages')) firstUser = firstUserTexts(cursor);
    else cursor.skipValue();
  }
  return tagIn([...system, ...firstUser]);
}

function firstUserTexts(cursor: JsonCursor): string[] {
  if (cursor.kind() !== 'array') return ignored(cursor) ?? [];
  let found: string[] | undefined;
  cursor.enterArray();
  while (cursor.nextElement()) {
    if (found === undefined && cursor.kind() === 'object') found = userTexts(cursor);
    else cursor.skipValue();
  }
  return found ?? [];
}

/** The texts of one message; `undefined` when it is not the user's. */
function userTexts(cursor: JsonCursor): string[] | undefined {
  let role: string | undefined;
  let texts: string[] = [];
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('role')) role = stringOf(cursor);
    else if (cursor.keyIs('content')) texts = textsOf(cursor);
    else cursor.skipValue();
  }
  return role === 'user' ? texts : undefined;
}

/** A string, or the text blocks of a list of blocks. */
function textsOf(cursor: JsonCursor): string[] {
  if (cursor.kind() !== 'array') return [stringOf(cursor) ?? ''];
  const texts: string[] = [];
  cursor.enterArray();
  while (cursor.nextElement()) {
    const text = cursor.kind() === 'object' ? blockText(cursor) : ignored(cursor);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

function blockText(cursor: JsonCursor): string | undefined {
  let type: string | undefined;
  let text: string | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('type')) type = stringOf(cursor);
    else if (cursor.keyIs('text')) text = stringOf(cursor);
    else cursor.skipValue();
  }
  return type === 'text' ? text : undefined;
}

function stringOf(cursor: JsonCursor): string | undefined {
  const isString = cursor.kind() === 'string';
  const span = cursor.skipValue();
  return isString ? decodeString(cursor.bytes, span) : undefined;
}

function ignored(cursor: JsonCursor): undefined {
  cursor.skipValue();
}

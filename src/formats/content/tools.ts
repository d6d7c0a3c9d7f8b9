import type { ToolFact } from '../../domain/content-facts.ts';
import type { JsonCursor } from '../../lib/json-cursor.ts';
import { decodeString } from '../../lib/json-string.ts';

/** Names longer than this are no names of tools. */
const LONGEST_NAME = 256;

/** Gemini's tools of the provider's own are members, not names. */
const PROVIDER_TOOLS = ['googleSearch', 'google_search', 'googleSearchRetrieval'] as const;

/** Reads the names and types of the `tools` of any format. */
export function readTools(cursor: JsonCursor): readonly ToolFact[] {
  const tools: ToolFact[] = [];
  readList(cursor, tools);
  return tools;
}

function readList(cursor: JsonCursor, tools: ToolFact[]): void {
  if (cursor.kind() !== 'array') {
    cursor.skipValue();
    return;
  }
  cursor.enterArray();
  while (cursor.nextElement()) {
    if (cursor.kind() === 'object') readTool(cursor, tools);
    else cursor.skipValue();
  }
}

/** `{name}`, `{type, name}`, `{type: "function", function: {name}}`, `{functionDeclarations: [...]}`. */
function readTool(cursor: JsonCursor, tools: ToolFact[]): void {
  let name: string | undefined;
  let type: string | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('description') || cursor.keyIs('input_schema')) cursor.skipValue();
    else if (cursor.keyIs('name')) name = textOf(cursor);
    else if (cursor.keyIs('type')) type = textOf(cursor);
    else if (cursor.keyIs('function')) name = nameInside(cursor) ?? name;
    else if (cursor.keyIs('functionDeclarations') || cursor.keyIs('function_declarations'))
      readList(cursor, tools);
    else {
      const ownTool = PROVIDER_TOOLS.find((tool) => cursor.keyIs(tool));
      cursor.skipValue();
      if (ownTool !== undefined) tools.push({ name: ownTool, type: 'web_search' });
    }
  }
  const isPlain = type === undefined || type === 'function' || type === 'custom';
  if (name !== undefined || !isPlain)
    tools.push({ name: name ?? type ?? '', type: isPlain ? undefined : type });
}

function nameInside(cursor: JsonCursor): string | undefined {
  if (cursor.kind() !== 'object') {
    cursor.skipValue();
    return undefined;
  }
  let name: string | undefined;
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyIs('name')) name = textOf(cursor);
    else cursor.skipValue();
  }
  return name;
}

function textOf(cursor: JsonCursor): string | undefined {
  const isString = cursor.kind() === 'string';
  const span = cursor.skipValue();
  return isString && span.end - span.start < LONGEST_NAME ? decodeString(cursor.bytes, span) : undefined;
}

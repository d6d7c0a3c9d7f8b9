import { asList, asObject, asString, type JsonObject } from '../../domain/json-value.ts';
import type { Part, ResultPart, ToolResultPart } from '../../domain/message-part.ts';
import { malformed } from '../parse-body.ts';
import { readCacheControl } from '../cache-control.ts';
import { decodeDocument, decodeImage } from './parts/media.ts';
import { decodeServerResult, decodeServerToolUse, isServerResult } from './parts/server-tool.ts';
import { decodeText } from './parts/text.ts';
import { decodeRedactedThinking, decodeThinking } from './parts/thinking.ts';
import { decodeToolUse } from './parts/tool-use.ts';

type PartDecoder = (block: JsonObject, path: string) => Part;

const DECODERS: Readonly<Record<string, PartDecoder>> = {
  text: decodeText,
  image: decodeImage,
  document: decodeDocument,
  thinking: decodeThinking,
  redacted_thinking: decodeRedactedThinking,
  tool_use: decodeToolUse,
  tool_result: decodeToolResult,
  server_tool_use: decodeServerToolUse,
  search_result: decodeSearchResult,
  tool_reference: (block) => ({ type: 'tool-reference', name: asString(block['tool_name']) ?? '' }),
  compaction: decodeCompaction,
};

/** A content block of a request; kinds nobody knows yet travel as they are. */
function decodePart(block: JsonObject, path: string): Part {
  const type = asString(block['type']);
  if (type === undefined) throw malformed(`${path}.type must be a string.`);
  if (Object.hasOwn(DECODERS, type)) return DECODERS[type]?.(block, path) ?? vendorPart(type, block);
  return isServerResult(type) ? decodeServerResult(block) : vendorPart(type, block);
}

function vendorPart(name: string, block: JsonObject): Part {
  return { type: 'vendor', name, vendor: { format: 'anthropic-messages', value: block } };
}

/** Content is one string or a list of blocks, everywhere in this format. */
export function decodeContent(content: JsonObject[string], path: string): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (content === undefined || content === null) return [];
  if (!Array.isArray(content)) throw malformed(`${path} must be a string or a list of blocks.`);
  return content.map((item, at) => {
    const block = asObject(item);
    if (block === undefined) throw malformed(`${path}[${at}] must be an object.`);
    return decodePart(block, `${path}[${at}]`);
  });
}

function decodeToolResult(block: JsonObject, path: string): ToolResultPart {
  const callId = asString(block['tool_use_id']);
  if (callId === undefined) throw malformed(`${path}.tool_use_id must be a string.`);
  return {
    type: 'tool-result',
    callId,
    content: decodeContent(block['content'], `${path}.content`).flatMap(asResultPart),
    isError: block['is_error'] === true,
    ...readCacheControl(block),
  };
}

function asResultPart(part: Part): ResultPart[] {
  switch (part.type) {
    case 'text':
    case 'image':
    case 'document':
    case 'search-result':
    case 'tool-reference':
    case 'vendor':
      return [part];
    default:
      return []; // No API allows calls, reasoning or results inside a result.
  }
}

function decodeSearchResult(block: JsonObject): Part {
  const texts = asList(block['content']).flatMap((item) => asString(asObject(item)?.['text']) ?? []);
  return {
    type: 'search-result',
    source: asString(block['source']) ?? '',
    title: asString(block['title']) ?? '',
    text: texts.join('\n'),
    ...readCacheControl(block),
  };
}

/** A readable summary is worth more to another provider than a sealed block. */
function decodeCompaction(block: JsonObject): Part {
  const content = asString(block['content']);
  return content === undefined ? vendorPart('compaction', block) : { type: 'text', text: content };
}

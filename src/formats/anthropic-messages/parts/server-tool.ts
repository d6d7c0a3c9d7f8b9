import { asList, asObject, asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { SearchHit, ServerToolCallPart, ServerToolResultPart } from '../../../domain/message-part.ts';

const RESULT_SUFFIX = '_tool_result';

/** Blocks such as `web_search_tool_result`; a plain `tool_result` belongs to the client. */
export function isServerResult(type: string): boolean {
  return type.endsWith(RESULT_SUFFIX) && type !== 'tool_result';
}

export function decodeServerToolUse(block: JsonObject): ServerToolCallPart {
  return {
    type: 'server-tool-call',
    id: asString(block['id']) ?? '',
    name: asString(block['name']) ?? 'tool',
    input: JSON.stringify(block['input'] ?? {}),
    vendor: { format: 'anthropic-messages', value: block },
  };
}

export function decodeServerResult(block: JsonObject): ServerToolResultPart {
  const type = asString(block['type']) ?? '';
  return {
    type: 'server-tool-result',
    callId: asString(block['tool_use_id']) ?? '',
    name: type.slice(0, -RESULT_SUFFIX.length),
    hits: asList(block['content']).flatMap((item) => readHit(asObject(item))),
    vendor: { format: 'anthropic-messages', value: block },
  };
}

function readHit(item: JsonObject | undefined): SearchHit[] {
  const url = asText(item?.['url']);
  return url === undefined ? [] : [{ url, title: asText(item?.['title']) ?? url }];
}

/** The block itself where it is Anthropic's own. */
export function ownBlock(part: ServerToolCallPart | ServerToolResultPart): JsonObject | undefined {
  return part.vendor.format === 'anthropic-messages' ? asObject(part.vendor.value) : undefined;
}

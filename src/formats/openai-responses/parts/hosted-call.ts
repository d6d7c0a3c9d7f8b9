import { asString, type JsonObject } from '../../../domain/json-value.ts';
import type { ServerToolCallPart, VendorPart } from '../../../domain/message-part.ts';
import { HOSTED_CALLS } from '../usage.ts';

/** An item of a tool that ran at the provider, or one nobody knows yet. */
export function decodeOtherItem(item: JsonObject): ServerToolCallPart | VendorPart {
  const type = asString(item['type']) ?? '';
  const vendor = { format: 'openai-responses', value: item } as const;
  if (!HOSTED_CALLS.has(type)) return { type: 'vendor', name: type, vendor };
  return {
    type: 'server-tool-call',
    id: asString(item['id']) ?? '',
    name: type.slice(0, -'_call'.length),
    input: JSON.stringify(item['action'] ?? {}),
    vendor,
  };
}

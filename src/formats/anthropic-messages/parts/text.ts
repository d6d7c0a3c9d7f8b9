import { asList, asObject, asString, asText, type JsonObject } from '../../../domain/json-value.ts';
import type { Citation, TextPart } from '../../../domain/message-part.ts';
import { readCacheControl, writeCacheControl } from '../../cache-control.ts';

export function decodeText(block: JsonObject): TextPart {
  const citations = asList(block['citations']).flatMap((item) => decodeCitation(asObject(item)));
  return {
    type: 'text',
    text: asString(block['text']) ?? '',
    ...(citations.length > 0 ? { citations } : {}),
    ...readCacheControl(block),
  };
}

/** For requests: citations stay out, since newer API versions refuse them in what the user says. */
export function encodeText(part: TextPart): JsonObject {
  return { type: 'text', text: part.text, ...writeCacheControl(part.cache) };
}

export function decodeCitation(citation: JsonObject | undefined): Citation[] {
  if (citation === undefined) return [];
  const url = asText(citation['url']) ?? asText(citation['source']);
  return [
    {
      url,
      title: asText(citation['title']) ?? asText(citation['document_title']),
      quote: asText(citation['cited_text']),
      vendor: { format: 'anthropic-messages', value: citation },
    },
  ];
}

/**
 * @returns `undefined` for citations of others: a made-up `encrypted_index` would be refused when the client sends it
 * back to Anthropic
 */
export function encodeCitation(citation: Citation): JsonObject | undefined {
  return citation.vendor.format === 'anthropic-messages' ? asObject(citation.vendor.value) : undefined;
}

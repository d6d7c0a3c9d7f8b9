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

/** @returns `undefined` for a citation Anthropic has no shape for: without a link or an encrypted index of its own */
export function encodeCitation(citation: Citation): JsonObject | undefined {
  const own = citation.vendor.format === 'anthropic-messages' ? asObject(citation.vendor.value) : undefined;
  if (own !== undefined) return own;
  if (citation.url === undefined) return undefined;
  return {
    type: 'web_search_result_location',
    url: citation.url,
    title: citation.title ?? null,
    cited_text: citation.quote ?? '',
    encrypted_index: '',
  };
}

import { asObject, asText, type JsonObject } from '../../domain/json-value.ts';
import type { Citation } from '../../domain/message-part.ts';

/** A link the provider's search found: `url_citation`. */
export function readAnnotation(annotation: JsonObject | undefined): Citation | undefined {
  const fields = asObject(annotation?.['url_citation']);
  const url = asText(fields?.['url']);
  if (annotation === undefined || url === undefined) return undefined;
  return {
    url,
    title: asText(fields?.['title']),
    quote: asText(fields?.['content']),
    vendor: { format: 'openai-chat', value: annotation },
  };
}

/** @returns `undefined` for citations without a link: this format has no other kind */
export function writeAnnotation(citation: Citation): JsonObject | undefined {
  if (citation.url === undefined) return undefined;
  const quote = citation.quote === undefined ? {} : { content: citation.quote };
  return {
    type: 'url_citation',
    url_citation: { url: citation.url, title: citation.title ?? '', start_index: 0, end_index: 0, ...quote },
  };
}

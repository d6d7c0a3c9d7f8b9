import { asText, type JsonObject } from '../../domain/json-value.ts';
import type { Citation } from '../../domain/message-part.ts';

/** A link the provider's search found: `url_citation`. Citations of files have no meaning elsewhere. */
export function readAnnotation(annotation: JsonObject | undefined): Citation | undefined {
  const url = asText(annotation?.['url']);
  if (annotation?.['type'] !== 'url_citation' || url === undefined) return undefined;
  return {
    url,
    title: asText(annotation['title']),
    quote: undefined,
    vendor: { format: 'openai-responses', value: annotation },
  };
}

/**
 * @param at where in the text the citation stands
 * @returns `undefined` for citations without a link: this format has no other kind
 */
export function writeAnnotation(citation: Citation, at: number): JsonObject | undefined {
  if (citation.url === undefined) return undefined;
  return {
    type: 'url_citation',
    start_index: at,
    end_index: at,
    title: citation.title ?? '',
    url: citation.url,
  };
}

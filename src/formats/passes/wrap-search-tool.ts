import type { JsonObject } from '../../domain/json-value.ts';

/** What the function is told to do that stands in for a search the caller runs. */
export const SEARCH_DESCRIPTION = 'Searches the web.';

/** Its arguments. */
export const SEARCH_PARAMETERS: JsonObject = {
  type: 'object',
  properties: { query: { type: 'string', description: 'What to search for.' } },
  required: ['query'],
};

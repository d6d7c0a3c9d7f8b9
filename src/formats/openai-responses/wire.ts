import type { JsonObject } from '../../domain/json-value.ts';

/** An id that looks as clients expect, made of the provider's where there is one. */
export function responseId(providerId: string, newId: () => string): string {
  if (providerId.startsWith('resp_')) return providerId;
  return `resp_${providerId === '' ? newId() : providerId.replaceAll(/[^a-zA-Z0-9_-]/g, '')}`;
}

/**
 * The fields every response object has, in OpenAI's order. What the request set is told as unset: clients do not read
 * it back, and the gateway stores nothing.
 */
export function responseObject(
  head: { readonly id: string; readonly created: number; readonly model: string },
  state: JsonObject,
): JsonObject {
  return {
    id: head.id,
    object: 'response',
    created_at: head.created,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: head.model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
    ...state,
  };
}

import { asNumber, asObject, type JsonObject } from '../../domain/json-value.ts';
import type { Usage } from '../../domain/usage.ts';

/** Usage of a message or a `message_delta`; nulls mean no news. Its parts are disjoint, as the hub's are. */
export function readUsage(usage: JsonObject | undefined): Usage {
  const created = asObject(usage?.['cache_creation']);
  const hour = asNumber(created?.['ephemeral_1h_input_tokens']);
  const total = asNumber(usage?.['cache_creation_input_tokens']);
  const server = asObject(usage?.['server_tool_use']);
  const searches = asNumber(server?.['web_search_requests']);
  const fetches = asNumber(server?.['web_fetch_requests']);
  return {
    input: asNumber(usage?.['input_tokens']),
    output: asNumber(usage?.['output_tokens']),
    cacheRead: asNumber(usage?.['cache_read_input_tokens']),
    cacheWrite5m: total === undefined ? undefined : total - (hour ?? 0),
    cacheWrite1h: hour,
    reasoning: asNumber(asObject(usage?.['output_tokens_details'])?.['thinking_tokens']),
    serverToolCalls: searches === undefined && fetches === undefined ? undefined : (searches ?? 0) + (fetches ?? 0),
  };
}

/** Every field clients look at, unknown ones as 0 or null as Anthropic has them. */
export function writeUsage(usage: Usage): JsonObject {
  const written = (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0);
  const searches =
    usage.serverToolCalls === undefined
      ? null
      : { web_search_requests: usage.serverToolCalls, web_fetch_requests: 0 };
  return {
    input_tokens: usage.input ?? 0,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: usage.cacheRead ?? 0,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m ?? 0,
      ephemeral_1h_input_tokens: usage.cacheWrite1h ?? 0,
    },
    output_tokens: usage.output ?? 0,
    ...(searches === null ? {} : { server_tool_use: searches }),
    ...(usage.reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } }),
  };
}

import type { JsonObject } from '../../domain/json-value.ts';
import type { Usage } from '../../domain/usage.ts';

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

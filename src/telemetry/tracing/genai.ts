/** The GenAI semantic conventions of OpenTelemetry. https://opentelemetry.io/docs/specs/semconv/gen-ai/ */
import { deciding, modelOf, tokenCounts, type AttributeSet } from './attributes.ts';
import type { TracedExchange } from './traced-exchange.ts';

/** Well-known values of `gen_ai.provider.name` that differ from our names. */
const PROVIDERS: Readonly<Record<string, string>> = { google: 'gcp.gemini', xai: 'x_ai' };

export function putGenAi(set: AttributeSet, { record, facts }: TracedExchange): void {
  const attempt = deciding(record.attempts);
  const tokens = tokenCounts(record.attempts);
  const { provider } = attempt ?? {};
  set
    .put('gen_ai.operation.name', 'chat')
    .put('gen_ai.provider.name', provider === undefined ? undefined : (PROVIDERS[provider] ?? provider))
    .put('gen_ai.request.model', record.requestedModel)
    .put('gen_ai.request.max_tokens', facts?.maxTokens)
    .put('gen_ai.request.temperature', facts?.temperature)
    .put('gen_ai.request.top_p', facts?.topP)
    .put('gen_ai.request.stream', record.stream)
    .put('gen_ai.response.model', attempt && modelOf(attempt))
    .put('gen_ai.response.finish_reasons', attempt?.stopReason && [attempt.stopReason])
    .put('gen_ai.usage.input_tokens', tokens.prompt)
    .put('gen_ai.usage.output_tokens', tokens.completion)
    .put('gen_ai.usage.cache_read.input_tokens', tokens.cacheRead)
    .put('gen_ai.usage.cache_creation.input_tokens', tokens.cacheWrite)
    .put('gen_ai.conversation.id', record.client.session);
}

import type { TracingSettings } from '../../config/build/tracing-settings.ts';
import type { AttemptOutcome } from '../../domain/attempt.ts';
import type { ExchangeOutcome } from '../../domain/exchange.ts';
import type { TraceParent } from '../../lib/trace-parent.ts';
import { AttributeSet } from './attributes.ts';
import { putGenAiContent } from './content/genai-content.ts';
import { putOpenInferenceContent } from './content/openinference-content.ts';
import { putGenAi } from './genai.ts';
import { putOpenInference } from './openinference.ts';
import { putAttempt, putExchange } from './own-attributes.ts';
import { attemptSpanId, spanIdsOf } from './span-ids.ts';
import type { Span, SpanStatus } from './span.ts';
import type { PricedExchange } from './traced-exchange.ts';

/** The name the predecessors' dashboards look for. */
const ROOT_NAME = 'proxy_request';

/** The spans of an exchange that has ended: its own first, then one for each try. Pure. */
export function exchangeSpans(
  exchange: PricedExchange,
  conventions: TracingSettings['conventions'],
  parent: TraceParent | undefined,
): Span[] {
  const { record, costs, shown } = exchange;
  const ids = spanIdsOf(record.id);
  const traceId = parent?.traceId ?? ids.trace;
  const root = new AttributeSet();
  if (conventions !== 'genai') {
    putOpenInference(root, exchange);
    if (shown !== undefined) putOpenInferenceContent(root, shown);
  }
  if (conventions !== 'openinference') {
    putGenAi(root, exchange);
    if (shown !== undefined) putGenAiContent(root, shown);
  }
  putExchange(root, exchange);
  const spans: Span[] = [
    {
      name: ROOT_NAME,
      kind: 'server',
      traceId,
      spanId: ids.root,
      parent: parent && { spanId: parent.spanId, isRemote: true },
      startedAt: record.receivedAt,
      totalMs: record.totalMs,
      status: statusOf(record.outcome),
      attributes: root.list,
    },
  ];
  record.attempts.forEach((attempt, index) => {
    const set = new AttributeSet();
    putAttempt(set, attempt, costs[index]);
    spans.push({
      name: `attempt ${attempt.provider}`,
      kind: 'client',
      traceId,
      spanId: attemptSpanId(ids, attempt.ordinal),
      parent: { spanId: ids.root, isRemote: false },
      startedAt: attempt.startedAt,
      totalMs: attempt.totalMs,
      status: statusOf(attempt.outcome),
      attributes: set.list,
    });
  });
  return spans;
}

/** A client that went away is nobody's error. */
function statusOf(outcome: ExchangeOutcome | AttemptOutcome): SpanStatus {
  if (outcome.kind === 'aborted') return { code: 'unset' };
  if ('error' in outcome) return { code: 'error', message: outcome.error };
  return outcome.status < 400
    ? { code: 'ok' }
    : { code: 'error', message: `the answer had status ${outcome.status}` };
}

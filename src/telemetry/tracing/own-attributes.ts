/** What no convention has a name for: the decision, the tries, the clocks, the money. */
import type { AttemptOutcome, AttemptRecord } from '../../domain/attempt.ts';
import type { ExchangeOutcome } from '../../domain/exchange.ts';
import { dollarNumber, type Money } from '../../domain/money.ts';
import { promptTokens } from '../../domain/usage.ts';
import type { Cost } from '../../pricing/cost.ts';
import { clientsOwn, deciding, type AttributeSet } from './attributes.ts';
import type { PricedExchange } from './traced-exchange.ts';

export function putExchange(set: AttributeSet, { record, inbound, costs }: PricedExchange): void {
  const { decision, outcome, client, labels } = record;
  const attempt = deciding(record.attempts);
  set
    .put('ttft_ms', attempt?.ttftMs)
    .put('total_duration_ms', record.totalMs)
    .put('anthropic_request_id', attempt?.upstreamRequestId)
    .put('http.response.status_code', 'status' in outcome ? outcome.status : undefined)
    .put('error.type', errorOf(outcome))
    .put('url.path', inbound.path)
    .put('switchyard.exchange', record.id)
    .put('switchyard.outcome', outcome.kind)
    .put('switchyard.attempts', clientsOwn(record.attempts).length)
    .put('switchyard.decision.id', decision?.id)
    .put('switchyard.decision.rule', decision?.rule)
    .put('switchyard.decision.evidence', decision?.evidence)
    .put('switchyard.decision.route', decision?.route)
    .put('switchyard.decision.tier', decision?.tier)
    .put('switchyard.decision.task', record.task)
    .put('switchyard.decision.targets', decision?.targets.map(targetText))
    .put('switchyard.requested_model', record.requestedModel)
    .put('switchyard.client', client.name)
    .put('switchyard.client.version', client.version)
    .put('switchyard.agent.id', client.agentId)
    .put('switchyard.project', labels.project);
  if (decision !== undefined && decision.skipped.length > 0)
    set.put(
      'switchyard.decision.skipped',
      decision.skipped.map(({ target, reason }) => `${targetText(target)}: ${reason}`),
    );
  if (record.warnings !== undefined && record.warnings.length > 0)
    set.put('switchyard.warnings', [...new Set(record.warnings.map(({ code }) => code))]);
  putMoney(
    set,
    costs.filter((_, index) => record.attempts[index]?.role !== 'shadow'),
  );
}

/** Nothing where the price of any try is unknown: half a sum would be a lie. */
function putMoney(set: AttributeSet, costs: readonly Cost[]): void {
  const list = total(costs.map((cost) => cost.list));
  const spent = total(costs.map((cost) => cost.spent));
  set.put('llm.cost.total', list).put('switchyard.cost.spent_usd', spent);
}

function total(amounts: readonly (Money | undefined)[]): number | undefined {
  if (amounts.length === 0) return undefined;
  let sum = 0n;
  for (const amount of amounts) {
    if (amount === undefined) return undefined;
    sum += amount;
  }
  return dollarNumber(sum);
}

export function putAttempt(set: AttributeSet, attempt: AttemptRecord, cost: Cost | undefined): void {
  const { outcome, usage } = attempt;
  set
    .put('openinference.span.kind', 'CHAIN')
    .put('switchyard.attempt', attempt.id)
    .put('switchyard.attempt.outcome', outcome.kind)
    .put('switchyard.attempt.reason', attempt.reason)
    .put('switchyard.attempt.role', attempt.role)
    .put('switchyard.provider', attempt.provider)
    .put('server.address', attempt.origin)
    .put('http.response.status_code', 'status' in outcome ? outcome.status : undefined)
    .put('error.type', errorOf(outcome))
    .put('network.protocol.version', attempt.http2 ? '2' : '1.1')
    .put('switchyard.model.sent', attempt.sentModel)
    .put('switchyard.model.served', attempt.servedModel)
    .put('switchyard.credential', attempt.credentialOwner)
    .put('switchyard.billing', attempt.billing)
    .put('switchyard.usage.quality', attempt.usageQuality)
    .put('switchyard.usage.prompt_tokens', promptTokens(usage))
    .put('switchyard.usage.completion_tokens', usage.output)
    .put('switchyard.tool_calls', attempt.toolCalls)
    .put('switchyard.stop_reason', attempt.stopReason)
    .put('ttft_ms', attempt.ttftMs)
    .put('total_duration_ms', attempt.totalMs)
    .put('anthropic_request_id', attempt.upstreamRequestId)
    .put('switchyard.cost.list_usd', cost?.list === undefined ? undefined : dollarNumber(cost.list));
}

function errorOf(outcome: ExchangeOutcome | AttemptOutcome): string | undefined {
  if ('error' in outcome) return outcome.error;
  return outcome.kind === 'answered' && outcome.status >= 400 ? String(outcome.status) : undefined;
}

function targetText({ provider, model }: { readonly provider: string; readonly model: string | undefined }) {
  return model === undefined ? provider : `${provider}/${model}`;
}

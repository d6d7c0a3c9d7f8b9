import type { Samples } from './samples.ts';
import type { Tally } from './tally.ts';
import type { TargetCounters } from './target-counters.ts';
import type { LabelledCounters } from './target-table.ts';
import type { TrafficCounters } from './traffic-counters.ts';

/** What has gone through the gateway, as samples. */
export function trafficSamples(counters: TrafficCounters): Samples {
  return {
    requests: tallied(
      counters.requests,
      ([client = '', format = '', operation = '', provider = '', outcome = '']) => ({
        client,
        format,
        operation,
        provider,
        outcome,
      }),
    ),
    decisions: tallied(counters.decisions, ([rule = '', tier = '', task = '']) => ({ rule, tier, task })),
    refusals: tallied(counters.refusals, ([error = '']) => ({ error })),
    warnings: tallied(counters.warnings, ([code = '']) => ({ code })),
    requestBytes: [[{}, counters.requestBytes]],
    responseBytes: [[{}, counters.responseBytes]],
    waitSeconds: [[{}, counters.waitSeconds]],
    requestSeconds: [
      [{ stream: 'true' }, counters.streamSeconds],
      [{ stream: 'false' }, counters.wholeSeconds],
    ],
    overheadSeconds: [[{}, counters.overheadSeconds]],
    attemptErrors: tallied(counters.attemptErrors, ([provider = '', error = '']) => ({ provider, error })),
    retries: tallied(counters.retries, ([provider = '', error = '']) => ({ provider, error })),
    cascades: tallied(counters.cascades, ([from = '', to = '', error = '']) => ({ from, to, error })),
    reroutes: tallied(counters.reroutes, rerouteLabels),
    rerouteTokens: tallied(counters.rerouteTokens, rerouteLabels),
    ...targetSamples(counters),
  };
}

function rerouteLabels([from = '', to = '', model = '']: readonly string[]) {
  return { from, to, model };
}

function tallied<Labels>(
  tally: Tally,
  labelsOf: (words: readonly string[]) => Labels,
): (readonly [Labels, number])[] {
  return Array.from(tally.entries(), ([words, count]) => [labelsOf(words), count] as const);
}

function targetSamples({ primary, shadow }: TrafficCounters) {
  const clients = primary.list();
  const all = [
    ...clients.map((target) => ({ ...target, role: 'primary' })),
    ...shadow.list().map((target) => ({ ...target, role: 'shadow' })),
  ];
  return {
    attempts: all.flatMap(({ labels, counters, role }) =>
      byKey(counters.outcomes, (outcome) => ({ ...labels, role, outcome })),
    ),
    tokens: all.flatMap(({ labels, counters, role }) =>
      byKey(counters.tokens, (kind) => ({ ...labels, role, kind })),
    ),
    toolCalls: clients.map(({ labels, counters }) => [labels, counters.toolCalls] as const),
    ttftSeconds: observed(clients, ({ ttft }) => ttft),
    tokenSeconds: observed(clients, ({ perToken }) => perToken),
  };
}

/** What never happened is left out: a series costs whoever keeps it. */
function byKey<Key extends string, Labels>(counts: Record<Key, number>, labelsOf: (key: Key) => Labels) {
  // The keys of a record are its keys; Object.entries forgets their type.
  const entries = Object.entries(counts) as [Key, number][];
  return entries.filter(([, count]) => count > 0).map(([key, count]) => [labelsOf(key), count] as const);
}

function observed(
  all: readonly LabelledCounters[],
  choose: (counters: TargetCounters) => TargetCounters['ttft'],
) {
  return all
    .map(({ labels, counters }) => [labels, choose(counters)] as const)
    .filter(([, distribution]) => distribution.count > 0);
}

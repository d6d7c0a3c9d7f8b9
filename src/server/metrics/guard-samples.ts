import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { targetKeysOf } from '../../gateway/prepare/key-ring.ts';
import { limitReadings, type LimitReading } from '../../gateway/memory/limit-readings.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import { keyText, type TargetKey } from '../../guard/target-key.ts';
import type { ModelLabels } from '../../telemetry/metrics/model-labels.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';
import { configuredTargets } from '../admin/configured-targets.ts';

/** More accounts than this are not shown: each is a series of its own for ever. */
const MOST_ACCOUNTS = 50;

const STATE_NUMBERS = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What is left alone, paused, limited and used up at this moment. */
export function guardSamples(gateway: Gateway, models: ModelLabels): Samples {
  const { traffic } = gateway;
  const snapshot = gateway.snapshot();
  const { providers } = snapshot;
  return {
    ...breakerSamples(gateway, snapshot, models),
    paused: [...providers.keys()].map((provider) => [{ provider }, traffic.paused.has(provider) ? 1 : 0]),
    ...limitSamples(byName(limitReadings(gateway))),
    quota: traffic.quota
      .list()
      .slice(0, MOST_ACCOUNTS)
      .flatMap(({ account, reading }) =>
        reading.windows.flatMap(({ name, utilization }) =>
          utilization === undefined ? [] : [[{ account, window: name }, utilization] as const],
        ),
      ),
  };
}

/** One reading to a name: a profile may have the provider elsewhere. */
function byName(readings: readonly LimitReading[]): LimitReading[] {
  return [...Map.groupBy(readings, ({ provider }) => provider).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [others.reduce(added, first)],
  );
}

function added(one: LimitReading, other: LimitReading): LimitReading {
  const busy = new Map(one.accounts.map((each) => [each.account, each.busy]));
  for (const each of other.accounts) busy.set(each.account, (busy.get(each.account) ?? 0) + each.busy);
  return {
    ...one,
    concurrent:
      one.concurrent === null || other.concurrent === null ? null : one.concurrent + other.concurrent,
    busy: one.busy + other.busy,
    waiting: one.waiting + other.waiting,
    accounts: [...busy].map(([account, count]) => ({ account, busy: count })),
  };
}

function limitSamples(readings: readonly LimitReading[]): Samples {
  const byAccount = readings.filter(({ perKey }) => perKey !== null);
  return {
    limit: readings.flatMap(({ provider, concurrent }) =>
      concurrent === null ? [] : [[{ provider }, concurrent] as const],
    ),
    busy: readings.map(({ provider, busy }) => [{ provider }, busy]),
    queued: readings.map(({ provider, waiting }) => [{ provider }, waiting]),
    keyLimit: byAccount.map(({ provider, perKey }) => [{ provider }, perKey ?? 0]),
    keyBusy: byAccount.flatMap(({ provider, accounts }) =>
      accounts.slice(0, MOST_ACCOUNTS).map(({ account, busy }) => [{ provider, account }, busy] as const),
    ),
  };
}

/** Configured targets are always there, so that an alert on a breaker has something to look at while all is well. */
function breakerSamples(
  { traffic, clock }: Pick<Gateway, 'traffic' | 'clock'>,
  snapshot: ConfigSnapshot,
  models: ModelLabels,
): Samples {
  const now = clock.monotonic();
  // Where a profile has a provider elsewhere, the name stands for both, as `other` does for all models that callers
  // invent; the worst state is shown.
  const labelled = (key: TargetKey): TargetKey => ({
    ...key,
    origin: '',
    model: models.knownLabelOf(key.model || undefined),
  });
  const nameOf = (key: TargetKey): string => keyText(labelled(key));
  const states = new Map(
    configuredKeys(snapshot).map((key) => [nameOf(key), { key: labelled(key), state: 0 }]),
  );
  for (const { key, state } of traffic.targets.list(now)) {
    const known = states.get(nameOf(key));
    if (known === undefined && state === 'closed') continue;
    states.set(nameOf(key), { key: labelled(key), state: Math.max(known?.state ?? 0, STATE_NUMBERS[state]) });
  }
  const cooling = Map.groupBy(traffic.targets.cooldowns.list(now), ({ key }) => key.provider);
  return {
    breakers: [...states.values()].map(({ key: { provider, model, owner }, state }) => [
      { provider, model, credential: owner },
      state,
    ]),
    cooldowns: [...snapshot.providers.keys()].map((provider) => [
      { provider },
      cooling.get(provider)?.length ?? 0,
    ]),
  };
}

function configuredKeys({ routes, providers }: ConfigSnapshot): TargetKey[] {
  return configuredTargets(routes).flatMap(({ provider: name, model }) => {
    const provider = providers.get(name);
    if (provider === undefined || model === undefined) return [];
    return targetKeysOf(provider, model);
  });
}

import type { ConfigSnapshot } from '../../config/snapshot.ts';
import { ModelLabels } from '../../telemetry/metrics/model-labels.ts';
import { TrafficCounters } from '../../telemetry/metrics/traffic-counters.ts';
import { configuredTargets } from '../admin/configured-targets.ts';

/** The counters of the traffic, and the names that models have in them. */
export interface TrafficMetrics {
  readonly counters: TrafficCounters;
  readonly models: ModelLabels;
}

/** @param snapshot the configuration of this moment: its models always have their names */
export function createTrafficMetrics(snapshot: () => ConfigSnapshot): TrafficMetrics {
  let known: { readonly of: ConfigSnapshot; readonly models: ReadonlySet<string> } | undefined;
  const models = new ModelLabels((model) => {
    const now = snapshot();
    if (known?.of !== now) known = { of: now, models: modelsOf(now) };
    return known.models.has(model);
  });
  return { counters: new TrafficCounters(models), models };
}

function modelsOf({ routes }: ConfigSnapshot): ReadonlySet<string> {
  return new Set(configuredTargets(routes).flatMap(({ model }) => (model === undefined ? [] : [model])));
}

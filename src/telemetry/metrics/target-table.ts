import { TargetCounters } from './target-counters.ts';

/** Counters by provider, then by the label of the model. */
export class TargetTable {
  readonly #providers = new Map<string, Map<string, TargetCounters>>();

  of(provider: string, model: string): TargetCounters {
    let models = this.#providers.get(provider);
    if (models === undefined) this.#providers.set(provider, (models = new Map()));
    let counters = models.get(model);
    if (counters === undefined) models.set(model, (counters = new TargetCounters()));
    return counters;
  }

  list(): readonly LabelledCounters[] {
    return [...this.#providers].flatMap(([provider, models]) =>
      [...models].map(([model, counters]) => ({ labels: { provider, model }, counters })),
    );
  }
}

export interface LabelledCounters {
  readonly labels: { readonly provider: string; readonly model: string };
  readonly counters: TargetCounters;
}

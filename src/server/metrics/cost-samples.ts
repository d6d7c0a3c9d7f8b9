import { setTimeout as wait } from 'node:timers/promises';
import { LedgerUnavailable, type Ledger, type UsageRow } from '../../domain/ledger.ts';
import { dollarNumber } from '../../domain/money.ts';
import type { ModelLabels } from '../../telemetry/metrics/model-labels.ts';
import type { Samples } from '../../telemetry/metrics/samples.ts';

/** A scrape does not wait longer for the store; Prometheus itself gives up after ten seconds. */
const PATIENCE_MS = 2_000;

type CostSamples = Pick<Samples, 'cost' | 'unpriced'>;

/**
 * What was spent since the start, as the ledger says, so that no two totals differ. While the ledger is slow the last
 * figures stand; without one there are none.
 */
export function createCostSource(
  ledger: Ledger,
  { models, since }: { readonly models: ModelLabels; readonly since: number },
): () => Promise<CostSamples> {
  let last: CostSamples = {};
  return async () => {
    const abandoned = new AbortController();
    const late = wait(PATIENCE_MS, undefined, { signal: abandoned.signal }).catch(() => undefined);
    const fresh = await Promise.race([readCosts(ledger, models, since), late]);
    abandoned.abort();
    last = fresh ?? last;
    return last;
  };
}

/** All of them: a counter may not fall because a row has moved behind the end of a page. */
const MOST_ROWS = 100_000;

async function readCosts(
  ledger: Ledger,
  models: ModelLabels,
  since: number,
): Promise<CostSamples | undefined> {
  try {
    await ledger.settle();
    const filter = { operation: 'any', role: 'any' };
    const by = ['provider', 'model', 'role'] as const;
    const { rows } = await ledger.query('usage', { by, since, filter, limit: MOST_ROWS });
    const sums = new Map<string, Sum>();
    for (const { key, spent, list, attempts, unpriced } of rows) {
      const labels = labelsOf(key, models);
      const place = JSON.stringify(labels);
      const sum = sums.get(place) ?? { labels, spent: 0, list: 0, priced: 0, unpriced: 0 };
      sum.spent += dollarNumber(spent);
      sum.list += dollarNumber(list);
      sum.priced += attempts - unpriced;
      sum.unpriced += unpriced;
      sums.set(place, sum);
    }
    return samplesOf([...sums.values()]);
  } catch (error) {
    if (error instanceof LedgerUnavailable) return undefined;
    throw error;
  }
}

interface Sum {
  readonly labels: Target;
  spent: number;
  list: number;
  /** Tries whose cost is known, and those whose cost is not. */
  priced: number;
  unpriced: number;
}

/** What is not known is no zero: where nothing has a price there is no line of dollars. */
function samplesOf(sums: readonly Sum[]): CostSamples {
  return {
    cost: sums
      .filter(({ priced }) => priced > 0)
      .flatMap(({ labels, spent, list }) => [
        [{ ...labels, kind: 'spent' }, spent] as const,
        [{ ...labels, kind: 'list' }, list] as const,
      ]),
    unpriced: sums.map(({ labels, unpriced }) => [labels, unpriced] as const),
  };
}

interface Target {
  readonly provider: string;
  readonly model: string;
  readonly role: string;
}

function labelsOf({ provider, model, role }: UsageRow['key'], models: ModelLabels): Target {
  return {
    provider: provider ?? 'none',
    model: models.knownLabelOf(model ?? undefined),
    role: role ?? 'primary',
  };
}

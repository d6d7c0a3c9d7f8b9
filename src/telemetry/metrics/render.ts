/** Text for Prometheus. Loaded with the first scrape: a gateway that is never scraped does not load prom-client. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Distribution } from './distribution.ts';
import { METRICS, type MetricKey, type MetricRow } from './metric-table.ts';
import type { Samples } from './samples.ts';

/** Doubles of others, by names that Prometheus keeps for counters or that Node means to withdraw. */
const UNWANTED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
];

/** One line as the registry writes it. */
interface Line {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/** Writes samples under the names of the table, and after them what prom-client knows of the process. */
export class MetricsText {
  readonly #registry = new Registry();
  #samples: Samples = {};

  constructor() {
    for (const key of Object.keys(METRICS) as MetricKey[]) this.#register(key); // The keys of the table.
    collectDefaultMetrics({ register: this.#registry });
    for (const name of UNWANTED) this.#registry.removeSingleMetric(name);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async render(samples: Samples): Promise<string> {
    this.#samples = samples;
    return this.#registry.metrics();
  }

  /**
   * The registry asks a metric for its lines and writes them. Counters of prom-client could only be added to; ours
   * are counted elsewhere and answer with what they are.
   */
  #register(key: MetricKey): void {
    const row: MetricRow = METRICS[key];
    const metric = {
      name: row.name,
      help: row.help,
      type: row.type,
      aggregator: 'sum',
      get: () => Promise.resolve({ ...row, aggregator: 'sum', values: this.#linesOf(key) }),
    };
    // All that a registry does with a metric is to read these five.
    this.#registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
  }

  #linesOf(key: MetricKey): Line[] {
    const { name } = METRICS[key];
    const samples: readonly (readonly [Line['labels'], number | Distribution])[] = this.#samples[key] ?? [];
    return samples.flatMap(([labels, value]) =>
      typeof value === 'number' ? [{ labels, value }] : histogramLines(name, labels, value),
    );
  }
}

function histogramLines(name: string, labels: Line['labels'], distribution: Distribution): Line[] {
  const { count, sum } = distribution;
  const buckets = [...distribution.cumulative(), { bound: '+Inf', count }];
  return [
    ...buckets.map(({ bound, count: below }) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: bound },
      value: below,
    })),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}

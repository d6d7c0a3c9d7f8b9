import type { Distribution } from './distribution.ts';
import type { LabelsOf, MetricKey, MetricOf } from './metric-table.ts';

/** One line of a metric, or the several of a histogram. */
type Sample<Key extends MetricKey> = readonly [labels: LabelsOf<Key>, value: ValueOf<Key>];

type ValueOf<Key extends MetricKey> = Key extends MetricOf<'histogram'> ? Distribution : number;

/** What is to be shown, by the keys of the table; a metric without samples shows only its name and meaning. */
export type Samples = { readonly [Key in MetricKey]?: readonly Sample<Key>[] };

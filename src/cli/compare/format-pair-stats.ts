import type { PairGroupBody, PairStatsBody } from '../../contract/pairs.ts';
import { formatCost, formatDuration } from '../../telemetry/format-quantity.ts';
import { printable } from '../../telemetry/printable.ts';
import { formatTable, type TableColumn } from '../usage/format-table.ts';
import { percent } from './format-pairs.ts';

const right = (title: string): TableColumn => ({ title, align: 'right' });

/** Agreement, cost and time of A and B, a group a line. Costs are list prices, so that plans can be compared, too. */
export function formatPairStats({ by, groups }: PairStatsBody): string[] {
  const columns: TableColumn[] = [
    { title: by, align: 'left' },
    ...['pairs', 'agree', 'partly', 'differ', 'B failed', 'text'].map(right),
    ...['A costs', 'B costs', 'B - A', 'A ttft', 'B ttft', 'B - A', 'A total', 'B total', 'B - A'].map(right),
    { title: 'judged a/b/tie', align: 'left' },
  ];
  return formatTable(columns, groups.map(rowOf));
}

function rowOf(group: PairGroupBody): string[] {
  const { a, b, judged, compared, priced } = group;
  const share = (count: number): string => (compared === 0 ? '—' : percent(count / compared));
  const cost = (dollars: number): string => (priced === 0 ? '—' : formatCost(dollars));
  const cheaper = (b.list_cost_usd - a.list_cost_usd) / a.list_cost_usd;
  return [
    group.key === null ? '—' : printable(group.key, 32),
    String(group.pairs),
    share(group.agree),
    share(group.partly),
    share(group.differ),
    String(group.b_failed),
    percent(group.mean_text_similarity),
    cost(a.list_cost_usd),
    cost(b.list_cost_usd),
    priced === 0 || !Number.isFinite(cheaper) ? '—' : `${signed(Math.round(cheaper * 100))} %`,
    ...times(a.mean_ttft_ms, b.mean_ttft_ms),
    ...times(a.mean_total_ms, b.mean_total_ms),
    `${judged.a}/${judged.b}/${judged.tie}`,
  ];
}

function times(a: number | null, b: number | null): string[] {
  if (a === null || b === null) return ['—', '—', '—'];
  const difference = formatDuration(Math.abs(b - a));
  const sign = b < a ? '-' : '+';
  return [
    formatDuration(a),
    formatDuration(b),
    difference === formatDuration(0) ? difference : sign + difference,
  ];
}

function signed(number: number): string {
  return number > 0 ? `+${number}` : String(number);
}

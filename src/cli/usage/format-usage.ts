import type { ResponseOf } from '../../contract/endpoints.ts';
import { formatCost, formatDuration, formatTokens } from '../../telemetry/format-quantity.ts';
import { printable } from '../../telemetry/printable.ts';
import { formatTable, type TableColumn } from './format-table.ts';

type Rollups = ResponseOf<'rollups'>;
type Totals = Rollups['total'];

const COLUMNS = [
  ['requests', (row) => String(row.requests)],
  // A request that a second target answered has a failed try, and did not fail.
  ['failed tries', (row) => String(row.failures)],
  ['input', (row) => formatTokens(row.input_tokens)],
  ['cache read', (row) => formatTokens(row.cache_read_tokens)],
  ['cache write', (row) => formatTokens(row.cache_write_5m_tokens + row.cache_write_1h_tokens)],
  ['output', (row) => formatTokens(row.output_tokens)],
  ['first token', (row) => (row.mean_ttft_ms === null ? '—' : formatDuration(row.mean_ttft_ms))],
  ['list price', (row) => cost(row, row.list_cost_usd)],
  ['spent', (row) => cost(row, row.cost_usd)],
] as const satisfies readonly (readonly [string, (row: Totals) => string])[];

type Column = (typeof COLUMNS)[number];

/** What a narrow terminal goes without, in this order. */
const LEAST_MISSED: readonly Column[0][] = ['first token', 'cache write', 'failed tries', 'list price'];

/** Usage as a table, one line a bucket or name, and the total below it. @param width of the terminal, in characters */
export function formatUsage(name: string, usage: Rollups, width = Infinity): string[] {
  const { total, truncated } = usage;
  return [...fittingTable(name, usage, width), ...cacheHits(total), ...notes(total, truncated)];
}

/** Where the table is wider than the terminal, titles take two lines, and then columns go. */
function fittingTable(name: string, usage: Rollups, width: number): string[] {
  const fits = (lines: readonly string[]): boolean => lines.every((line) => line.length <= width);
  const whole = tableOf(name, usage, COLUMNS);
  if (fits(whole)) return whole;
  for (let missing = 0; ; missing += 1) {
    const missed = LEAST_MISSED.slice(0, missing);
    const lines = tableOf(
      name,
      usage,
      COLUMNS.filter(([title]) => !missed.includes(title)),
      'two lines of titles',
    );
    if (!fits(lines) && missing < LEAST_MISSED.length) continue;
    return missing === 0 ? lines : [...lines, `Not shown for want of room: ${missed.join(', ')}.`];
  }
}

function tableOf(
  name: string,
  { rollups, total }: Rollups,
  shown: readonly Column[],
  head: 'one line of titles' | 'two lines of titles' = 'one line of titles',
): string[] {
  const titles = shown.map(([title]) => (head === 'one line of titles' ? [title] : title.split(' ')));
  const columns: TableColumn[] = [
    { title: name, align: 'left' },
    ...titles.map(([title = '']) => ({ title, align: 'right' as const })),
  ];
  const cells = (first: string, row: Totals): string[] => [first, ...shown.map(([, read]) => read(row))];
  const rows = [...rollups.map((row) => cells(rowName(row), row)), cells('total', total)];
  const second = ['', ...titles.map(([, title = '']) => title)];
  return formatTable(columns, head === 'one line of titles' ? rows : [second, ...rows]);
}

/** `2026-01-15`, `2026-01-15 13:00`, or the name that was asked for. */
function rowName({ time, by }: Rollups['rollups'][number]): string {
  if (time !== null)
    return time.endsWith('T00:00:00.000Z') ? time.slice(0, 10) : time.slice(0, 16).replace('T', ' ');
  const names = Object.values(by).map((value) => printable(value ?? '—', 60));
  return names.join(' ');
}

/** Where a price is unknown, the sum is at least so much. */
function cost({ unpriced }: Totals, dollars: number | null): string {
  if (dollars === null) return formatCost(undefined);
  return `${unpriced > 0 ? '≥ ' : ''}${formatCost(dollars)}`;
}

/** Share of all prompt tokens that came from a cache, where any did. */
function cacheHits({ input_tokens: input, cache_read_tokens: read, ...writes }: Totals): string[] {
  const prompt = input + read + writes.cache_write_5m_tokens + writes.cache_write_1h_tokens;
  return read === 0 ? [] : [`${Math.round((read / prompt) * 100)} % of the prompt tokens came from a cache.`];
}

function notes({ unpriced, inexact }: Totals, truncated: boolean): string[] {
  return [
    ...(truncated ? ['The list is cut off; the total is of everything.'] : []),
    ...(unpriced > 0 ? [`${unpriced} tries have no known price and are in no sum of money.`] : []),
    ...(inexact > 0 ? [`${inexact} tries have a partial or estimated cost.`] : []),
  ];
}

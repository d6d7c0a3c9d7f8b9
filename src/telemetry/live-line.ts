/**
 * The line per request in the terminal: a recorder that writes what came, where it went and how fast.
 * It decides nothing and keeps nothing.
 */
import type { ExchangeRecord } from '../domain/exchange.ts';
import type { CostOfExchange } from './live-cost.ts';
import { LIVE_COLUMNS, type LiveColumnName } from './live-columns.ts';
import { createPaint, type Paint } from './paint.ts';

export interface LiveLineOptions {
  readonly mode: 'off' | 'compact' | 'full';
  readonly color: boolean;
  /** Names of {@link LIVE_COLUMNS} to show; empty shows all. Unknown names are ignored: the configuration has refused them. */
  readonly columns: readonly string[];
  /** Gets one whole line with its newline. */
  readonly write: (line: string) => void;
  /** Prices an exchange; without it, or while it does not know, costs are dashes. */
  readonly costOf?: CostOfExchange;
  /** Characters per line at this moment, `undefined` where there is no terminal. */
  readonly width: () => number | undefined;
}

/** Below this many characters the full line would wrap, so the compact one is shown. */
const FULL_WIDTH = 124;

/** @returns a recorder; call it once per finished exchange */
export function createLiveLine(options: LiveLineOptions): (record: ExchangeRecord) => void {
  if (options.mode === 'off') return () => {};
  const { costOf } = options;
  const paint = createPaint({ color: options.color });
  const chosen = chooseColumns(options.columns);
  const compact = chosen.filter((name) => LIVE_COLUMNS[name].compact);
  return (record) => {
    const narrow = options.mode === 'compact' || (options.width() ?? FULL_WIDTH) < FULL_WIDTH;
    const columns = narrow ? compact : chosen;
    const write = (dollars: number | undefined): void => {
      options.write(`${formatExchange({ record, dollars }, columns, paint)}\n`);
    };
    if (costOf === undefined || !columns.includes('cost')) write(undefined);
    else void costOf(record).then(write);
  };
}

interface PricedExchange {
  readonly record: ExchangeRecord;
  readonly dollars: number | undefined;
}

/** One exchange as one line, without its newline. */
function formatExchange(
  { record, dollars }: PricedExchange,
  columns: readonly LiveColumnName[],
  paint: Paint,
): string {
  const cells = columns.map((name) => {
    const column = LIVE_COLUMNS[name];
    const { text, color } = column.cell(record, dollars);
    const padding = ' '.repeat(Math.max(0, column.width - text.length));
    const painted = color === undefined || text === '' ? text : paint(color, text);
    return column.align === 'left' ? painted + padding : padding + painted;
  });
  return cells.join('  ').trimEnd();
}

function chooseColumns(names: readonly string[]): LiveColumnName[] {
  const all = Object.keys(LIVE_COLUMNS).filter(isColumn);
  return names.length === 0 ? all : names.filter(isColumn);
}

function isColumn(name: string): name is LiveColumnName {
  return Object.hasOwn(LIVE_COLUMNS, name);
}

/**
 * The line per request in the terminal: a recorder that writes what came, where it went and how fast.
 * It decides nothing and keeps nothing.
 */
import { LINE_COLUMNS_OF } from '../config/schema/terminal-section.ts';
import type { ExchangeRecord } from '../domain/exchange.ts';
import type { CostOfExchange } from './live-cost.ts';
import {
  GIVING_WAY,
  LIVE_COLUMNS,
  type KnownOfExchange,
  type LiveColumn,
  type LiveColumnName,
} from './live-columns.ts';
import { createPaint, type ColorScheme, type Paint } from './paint.ts';

export interface LiveLineOptions {
  readonly mode: 'off' | 'compact' | 'full';
  readonly color: boolean;
  readonly scheme?: ColorScheme;
  /** What colours mean besides status; both when absent. */
  readonly colorBy?: readonly ('session' | 'duration')[];
  /** Names of {@link LIVE_COLUMNS} to show; empty shows those of the mode. Unknown names are ignored: the configuration has refused them. */
  readonly columns: readonly string[];
  /** Gets one whole line with its newline. */
  readonly write: (line: string) => void;
  /** Prices an exchange; without it, or while it does not know, costs are dashes. */
  readonly costOf?: CostOfExchange;
  /** Tokens the model of a try takes, where that is known. */
  readonly contextWindowOf?: (record: ExchangeRecord) => number | undefined;
  /** Characters per line at this moment, `undefined` where there is no terminal. */
  readonly width: () => number | undefined;
}

/** Whether the line tells the folder a client works in, which has to be looked for in its request. */
export function showsWorkspace({ mode, columns }: Pick<LiveLineOptions, 'mode' | 'columns'>): boolean {
  if (mode === 'off') return false;
  return columns.length === 0 ? mode === 'full' : columns.includes('workspace');
}

/** @returns a recorder; call it once per finished exchange */
export function createLiveLine(options: LiveLineOptions): (record: ExchangeRecord) => void {
  if (options.mode === 'off') return () => {};
  const { costOf, contextWindowOf, color, scheme = 'vibrant' } = options;
  const look = { paint: createPaint({ color, scheme }), colorBy: options.colorBy ?? ['session', 'duration'] };
  const columnsFor = chooseColumns(options);
  return (record) => {
    const columns = columnsFor(options.width() ?? Infinity);
    const write = (dollars: number | undefined): void => {
      const contextWindow = contextWindowOf?.(record);
      options.write(`${formatExchange(record, { dollars, contextWindow }, columns, look)}\n`);
    };
    if (costOf === undefined || !columns.includes('cost')) write(undefined);
    else void costOf(record).then(write);
  };
}

interface Look {
  readonly paint: Paint;
  readonly colorBy: readonly string[];
}

/** One exchange as one line, without its newline. */
function formatExchange(
  record: ExchangeRecord,
  known: KnownOfExchange,
  columns: readonly LiveColumnName[],
  { paint, colorBy }: Look,
): string {
  const cells = columns.map((name) => {
    const column: LiveColumn = LIVE_COLUMNS[name];
    const { text, color } = column.cell(record, known);
    const padding = ' '.repeat(Math.max(0, column.width - text.length));
    const isPlain = color === undefined || text === '' || !isWanted(column, colorBy);
    const painted = isPlain ? text : paint(color, text);
    return column.align === 'left' ? painted + padding : padding + painted;
  });
  return cells.join('  ').trimEnd();
}

function isWanted({ colorBy: meaning }: LiveColumn, colorBy: readonly string[]): boolean {
  return meaning === undefined || colorBy.includes(meaning);
}

/** The columns for a terminal of so many characters. What was chosen by name stays, however narrow it is. */
function chooseColumns({ mode, columns }: LiveLineOptions): (width: number) => readonly LiveColumnName[] {
  const chosen = columns.filter(isColumn);
  if (chosen.length > 0) return () => chosen;
  if (mode !== 'full') return () => LINE_COLUMNS_OF.compact;
  const byWidth = new Map<number, readonly LiveColumnName[]>();
  return (width) => {
    const known = byWidth.get(width) ?? fitting(LINE_COLUMNS_OF.full, width);
    byWidth.set(width, known);
    return known;
  };
}

function fitting(all: readonly LiveColumnName[], width: number): readonly LiveColumnName[] {
  let columns = all;
  for (const name of GIVING_WAY) {
    if (widthOf(columns) <= width) break;
    columns = columns.filter((other) => other !== name);
  }
  return columns;
}

/** Without the error, which is seldom there and may wrap. */
function widthOf(columns: readonly LiveColumnName[]): number {
  return columns.reduce((sum, name) => sum + LIVE_COLUMNS[name].width + 2, -2);
}

function isColumn(name: string): name is LiveColumnName {
  return Object.hasOwn(LIVE_COLUMNS, name);
}

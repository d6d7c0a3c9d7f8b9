/** The figures the program is held to, and how a measured value stands against them. */

export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  /** The value must not exceed this. */
  readonly must: number;
  /** The value to strive for. */
  readonly goal: number;
  /** Measured value of the gateway in `unit`; `undefined` when it could not be measured. */
  readonly value: number | undefined;
  /** The absolute measurements behind it, for the reader. */
  readonly behind: string;
}

export type Verdict = 'goal met' | 'must met' | 'MISSED' | 'not measured';

export function verdictOf({ value, must, goal }: Pick<Figure, 'value' | 'must' | 'goal'>): Verdict {
  if (value === undefined || Number.isNaN(value)) return 'not measured';
  if (value <= goal) return 'goal met';
  return value <= must ? 'must met' : 'MISSED';
}

/** A table in plain text, one figure a line. */
export function table(figures: readonly Figure[]): string {
  const head = ['id', 'figure', 'gateway', 'must', 'goal', 'verdict', 'behind it'];
  const rows = figures.map((figure) => [
    figure.id,
    figure.what,
    figure.value === undefined ? '–' : `${rounded(figure.value)} ${figure.unit}`,
    `≤ ${rounded(figure.must)} ${figure.unit}`,
    `≤ ${rounded(figure.goal)} ${figure.unit}`,
    verdictOf(figure),
    figure.behind,
  ]);
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three significant digits, without an exponent. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

import type { TextMeasure } from './measure-text.ts';

/**
 * Learns how many tokens a model makes of text, from what its provider billed: least squares over a few counts, each
 * sample weighed by its own size, so that what gets small is the relative error. Starts from what models have in
 * common and forgets slowly, because agents' conversations drift.
 */
export class TokenModel {
  /** Normal equations: `#matrix · weights = #vector`. */
  readonly #matrix: number[][];
  readonly #vector: number[];
  #weights: readonly number[];
  #samples = 0;

  constructor() {
    // The start counts as a few samples would, and holds the equations solvable.
    this.#matrix = TYPICAL.map((weight, row) =>
      TYPICAL.map((_, column) => (row === column ? CONFIDENCE / (weight * weight) : 0)),
    );
    this.#vector = TYPICAL.map((weight) => CONFIDENCE / weight);
    this.#weights = TYPICAL;
  }

  get samples(): number {
    return this.#samples;
  }

  /** @returns at least 1 */
  estimate(measure: TextMeasure): number {
    const text = featuresOf(measure).reduce((sum, value, at) => sum + value * (this.#weights[at] ?? 0), 0);
    return Math.max(1, Math.round(text + measure.attachments * TOKENS_PER_ATTACHMENT));
  }

  /** @param tokens of the whole prompt, cached or not, as billed */
  learn(measure: TextMeasure, tokens: number): void {
    const text = tokens - measure.attachments * TOKENS_PER_ATTACHMENT;
    if (!(text > 0)) return; // An attachment was cheaper than thought: nothing can be said about the text.
    const features = featuresOf(measure).map((value) => value / text);
    for (const [row, value] of features.entries()) {
      this.#vector[row] = FORGETTING * (this.#vector[row] ?? 0) + value;
      const line = this.#matrix[row] ?? [];
      for (const [column, other] of features.entries())
        line[column] = FORGETTING * (line[column] ?? 0) + value * other;
    }
    this.#samples += 1;
    this.#weights = solve(this.#matrix, this.#vector) ?? this.#weights;
  }
}

/** Tokens per byte of words, marks and foreign text, per string, and per request; of usual tokenisers. */
const TYPICAL: readonly number[] = [0.21, 0.42, 0.4, 0.3, 10];

/** How much the start weighs against samples. */
const CONFIDENCE = 1e-4;

/** A sample counts half after about 140 others. */
const FORGETTING = 0.995;

/** What Anthropic's documentation names as the usual price of a full-sized image. */
const TOKENS_PER_ATTACHMENT = 1_600;

function featuresOf({ words, marks, foreign, strings }: TextMeasure): readonly number[] {
  return [words, marks, foreign, strings, 1];
}

/** Gaussian elimination with pivots; `undefined` for equations that have no single solution. */
function solve(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] | undefined {
  const rows = matrix.map((row, at) => [...row, vector[at] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const pivot = indexOfPivot(rows, column);
    const chosen = rows[pivot];
    const current = rows[column];
    if (chosen === undefined || current === undefined || Math.abs(chosen[column] ?? 0) < 1e-12)
      return undefined;
    rows[pivot] = current;
    rows[column] = chosen;
    for (const [at, row] of rows.entries()) if (at !== column) subtract(row, chosen, column);
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
}

function indexOfPivot(rows: readonly (readonly number[])[], column: number): number {
  let best = column;
  for (let at = column + 1; at < rows.length; at++)
    if (Math.abs(rows[at]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = at;
  return best;
}

function subtract(row: number[], pivot: readonly number[], column: number): void {
  const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
  if (factor === 0) return;
  for (let at = column; at < pivot.length; at++) row[at] = (row[at] ?? 0) - factor * (pivot[at] ?? 0);
}

/** A histogram as plain numbers: observing costs a search among a dozen bounds. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** One more than there are bounds: the last counts what is above them all. Not cumulative. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds ascending; a value that equals a bound counts below it */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > (this.#bounds[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  get count(): number {
    return this.#counts.reduce((total, count) => total + count, 0);
  }

  /** How many observations were not above each bound. */
  cumulative(): readonly { readonly bound: number; readonly count: number }[] {
    let count = 0;
    return this.#bounds.map((bound, index) => {
      count += this.#counts[index] ?? 0;
      return { bound, count };
    });
  }
}

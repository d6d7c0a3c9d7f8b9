import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Runs jobs one by one, each in a turn of the event loop of its own, so that requests are served in between.
 * A job must not throw.
 */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  add(job: () => void | Promise<void>): void {
    this.#last = this.#last.then(() => nextTurn()).then(job);
  }

  /** Resolves when everything added so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import type { AdminClient } from '../../admin-client/admin-client.ts';
import { AdminClientError } from '../../admin-client/admin-client-error.ts';
import type { LiveEvent } from '../../contract/events.ts';
import type { ExchangeRow } from '../usage/format-exchange.ts';
import { rowOfEvent } from './event-row.ts';
import { liveEvents } from './live-events.ts';

/** How often the ledger is asked where no live events are to be had. */
const POLL_MS = 500;

const MOST_ROWS = 500;

export interface ExchangeSourceInput {
  readonly client: AdminClient;
  readonly onRow: (row: ExchangeRow) => void;
  /** Called once when the gateway keeps no ledger. */
  readonly onNoLedger: () => void;
}

/**
 * Requests as they end. Live events say that there is something new; what it was, with its costs, the ledger says.
 * Without a ledger the events alone are shown; without events the ledger is asked now and then.
 */
export class ExchangeSource {
  readonly #input: ExchangeSourceInput;
  #last: number | undefined;
  #hasLedger = true;
  /** Id of the last event that came. */
  #after: string | undefined;

  constructor(input: ExchangeSourceInput) {
    this.#input = input;
  }

  /** The last `count` that have ended. @throws AdminClientError */
  async start(count: number): Promise<void> {
    const query = { limit: String(Math.max(1, count)) };
    const { exchanges, last } = await this.#input.client.call('recent', { query });
    this.#last = last;
    if (count > 0) for (const row of exchanges) this.#input.onRow(row);
  }

  /** Everything from here on; ends only by failing. @throws AdminClientError when the gateway has gone */
  async follow(): Promise<never> {
    for (;;) {
      const failure = await this.#watch();
      if (failure !== undefined && !this.#hasLedger) throw failure;
      await wait(POLL_MS);
      await this.#show([]);
    }
  }

  /**
   * Comes back when the stream has ended: asking the ledger then tells whether anybody is there.
   * @returns why the stream cannot be had at all
   */
  async #watch(): Promise<AdminClientError | undefined> {
    let hasBegun = false;
    try {
      const query = { types: 'exchange.ended', after: this.#after };
      for await (const events of liveEvents(this.#input.client, query)) {
        hasBegun = true;
        this.#after = events.at(-1)?.id ?? this.#after;
        await this.#show(events);
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof AdminClientError)) throw error;
      return hasBegun ? undefined : error;
    }
  }

  async #show(events: readonly LiveEvent[]): Promise<void> {
    if (this.#hasLedger) {
      try {
        await this.#showRecorded();
        return;
      } catch (error) {
        if (!isWithoutLedger(error)) throw error;
        this.#hasLedger = false;
        this.#input.onNoLedger();
      }
    }
    for (const event of events) if (event.type === 'exchange.ended') this.#input.onRow(rowOfEvent(event));
  }

  async #showRecorded(): Promise<void> {
    for (;;) {
      const after = this.#last === undefined ? {} : { after: String(this.#last) };
      const { exchanges, last } = await this.#input.client.call('recent', {
        query: { ...after, limit: String(MOST_ROWS) },
      });
      this.#last = last;
      for (const row of exchanges) this.#input.onRow(row);
      if (exchanges.length < MOST_ROWS) return;
    }
  }
}

export function isWithoutLedger(error: unknown): boolean {
  return error instanceof AdminClientError && error.code === 'ledger_unavailable';
}

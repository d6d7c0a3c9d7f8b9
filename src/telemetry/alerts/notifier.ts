import { setTimeout as wait } from 'node:timers/promises';
import type { AlertChannel } from '../../config/build/alert-settings.ts';
import type { GatewayNotes } from '../notes.ts';
import type { Notice } from './alert.ts';
import type { sendNotice } from './send-notice.ts';

export interface NotifierOptions {
  readonly log: GatewayNotes;
  /** For tests: waits between tries, milliseconds. */
  readonly waits?: readonly number[];
  /** For tests: what tells a channel once. */
  readonly send?: typeof sendNotice;
}

/** A minute and a half after the first try the last one is made. */
const WAITS_MS = [2_000, 15_000, 60_000];

/** Notices that may be under way at once; more are logged and left. */
const MOST_UNDER_WAY = 100;

/** Tells channels of alerts: bounded in tries, time and number, and never waited for. */
export class Notifier {
  readonly #log: GatewayNotes;
  readonly #waits: readonly number[];
  readonly #send: typeof sendNotice;
  readonly #stopped = new AbortController();
  #underWay = 0;

  constructor({ log, waits = WAITS_MS, send = loadAndSend }: NotifierOptions) {
    this.#log = log;
    this.#waits = waits;
    this.#send = send;
  }

  /** Tries until it is told or given up; logs the latter. */
  tell(name: string, channel: AlertChannel, notice: Notice): void {
    if (this.#underWay >= MOST_UNDER_WAY) {
      this.#log.warn({ channel: name, alert: notice.alert.id }, '[Alert] Too many notices wait to be sent.');
      return;
    }
    this.#underWay += 1;
    void this.#tryOften(name, channel, notice).finally(() => (this.#underWay -= 1));
  }

  /** Tries once. @returns what went wrong; `undefined` when it was told */
  async tellOnce(channel: AlertChannel, notice: Notice): Promise<string | undefined> {
    try {
      await this.#send(channel, notice);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  close(): void {
    this.#stopped.abort();
  }

  async #tryOften(name: string, channel: AlertChannel, notice: Notice): Promise<void> {
    let failure = await this.tellOnce(channel, notice);
    for (const milliseconds of this.#waits) {
      if (failure === undefined || !(await this.#waited(milliseconds))) break;
      failure = await this.tellOnce(channel, notice);
    }
    if (failure !== undefined)
      this.#log.warn({ channel: name, alert: notice.alert.id }, `[Alert] ${name} was not told: ${failure}.`);
  }

  /** @returns whether the time is over and the gateway still there */
  async #waited(milliseconds: number): Promise<boolean> {
    try {
      await wait(milliseconds, undefined, { signal: this.#stopped.signal, ref: false });
      return true;
    } catch {
      return false; // The gateway stops; the notice is given up, and said to be.
    }
  }
}

/** What reaches channels is loaded with the first notice. */
const loadAndSend: typeof sendNotice = async (...notice) =>
  (await import('./send-notice.ts')).sendNotice(...notice);

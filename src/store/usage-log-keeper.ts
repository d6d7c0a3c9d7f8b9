import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoreEvent } from './database/store-events.ts';
import { UsageLog } from './usage-log.ts';
import type { UsageLogMark, UsageLogSettings } from './usage-log.ts';

export interface UsageLogFault {
  isReported: boolean;
}

export interface UsageLogKeeperOptions {
  readonly database: DatabaseSync;
  /** `undefined` keeps no log. */
  readonly settings: UsageLogSettings | undefined;
  readonly now: number;
  /** Outlives the keeper: what has been reported is not reported again before a line could be written. */
  readonly fault: UsageLogFault;
  readonly report: (event: StoreEvent) => void;
}

/**
 * Keeps `usage.jsonl` in step with the database: each commit carries how long the file was, so that lines of a
 * transaction that never was are cut off. A fault of the log is reported once and never fails the database.
 */
export class UsageLogKeeper {
  readonly #report: (event: StoreEvent) => void;
  readonly #save: StatementSync;
  readonly #open: () => UsageLog | undefined;
  #log: UsageLog | undefined;
  readonly #fault: UsageLogFault;

  constructor({ database, settings, now, fault, report }: UsageLogKeeperOptions) {
    this.#report = report;
    this.#fault = fault;
    this.#save = database.prepare(
      "INSERT INTO meta VALUES ('usage_log', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    const saved = database.prepare("SELECT value FROM meta WHERE key = 'usage_log'").get()?.['value'];
    const mark = readMark(saved);
    this.#open = () => (settings === undefined ? undefined : new UsageLog(settings, mark, now));
    this.#attempt(() => {
      this.#log = this.#open();
    });
  }

  get mark(): UsageLogMark | undefined {
    return this.#log?.mark;
  }

  append(lines: readonly string[]): void {
    this.#attempt(() => {
      // A log that could not be opened may be by now.
      this.#log ??= this.#open();
      this.#log?.append(lines);
      if (lines.length > 0 && this.#log !== undefined) this.#fault.isReported = false;
    });
  }

  saveMark(): void {
    const mark = this.mark;
    if (mark !== undefined) this.#save.run(JSON.stringify(mark));
  }

  rollBack(mark: UsageLogMark | undefined): void {
    if (mark !== undefined) this.#attempt(() => this.#log?.rollBack(mark));
  }

  rotate(now: number): void {
    this.#attempt(() => this.#log?.rotate(now));
  }

  close(): void {
    this.#attempt(() => this.#log?.close());
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#fault.isReported) return;
      this.#fault.isReported = true;
      this.#report({
        kind: 'usage-log-failing',
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
}

function readMark(text: unknown): UsageLogMark | undefined {
  if (typeof text !== 'string') return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('inode' in value) || !('size' in value))
    return undefined;
  const { inode, size } = value;
  return typeof inode === 'number' && typeof size === 'number' ? { inode, size } : undefined;
}

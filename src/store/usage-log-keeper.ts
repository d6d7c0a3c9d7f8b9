import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { StoreEvent } from './database/store-events.ts';
import { UsageLog } from './usage-log.ts';
import type { UsageLogMark, UsageLogSettings } from './usage-log.ts';

export interface UsageLogKeeperOptions {
  readonly database: DatabaseSync;
  /** `undefined` keeps no log. */
  readonly settings: UsageLogSettings | undefined;
  readonly now: number;
  readonly report: (event: StoreEvent) => void;
}

/**
 * Keeps `usage.jsonl` in step with the database: each commit carries how long the file was, so that lines of a
 * transaction that never was are cut off. A fault of the log is reported once and never fails the database.
 */
export class UsageLogKeeper {
  readonly #report: (event: StoreEvent) => void;
  readonly #save: StatementSync;
  #log: UsageLog | undefined;
  #failing = false;

  constructor({ database, settings, now, report }: UsageLogKeeperOptions) {
    this.#report = report;
    this.#save = database.prepare(
      "INSERT INTO meta VALUES ('usage_log', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    if (settings === undefined) return;
    const saved = database.prepare("SELECT value FROM meta WHERE key = 'usage_log'").get()?.['value'];
    this.#attempt(() => {
      this.#log = new UsageLog(settings, readMark(saved), now);
    });
  }

  get mark(): UsageLogMark | undefined {
    return this.#log?.mark;
  }

  append(lines: readonly string[]): void {
    this.#attempt(() => {
      this.#log?.append(lines);
      if (this.#log !== undefined) this.#failing = false;
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
      if (this.#failing) return;
      this.#failing = true;
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

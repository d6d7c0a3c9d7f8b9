/** A ledger in a directory of its own, and what it reported. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLedger } from '../../src/store/ledger.ts';
import type { LedgerEvent, LedgerOptions, StoreLedger } from '../../src/store/ledger.ts';

export function temporaryDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'ledger-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface Workbench {
  readonly ledger: StoreLedger;
  readonly directory: string;
  readonly events: LedgerEvent[];
  readonly databasePath: string;
}

/** Opens a ledger that is closed when the test ends. */
export function openLedger(
  context: TestContext,
  directory: string,
  changes: Partial<LedgerOptions> = {},
): Workbench {
  const events: LedgerEvent[] = [];
  const ledger = createLedger({
    directory,
    enabled: true,
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    report: (event) => events.push(event),
    ...changes,
    settings: { keepDays: 0, foldMs: 10, busyMs: 50, ...changes.settings },
  });
  ledger.open();
  context.after(() => ledger.close());
  return { ledger, directory, events, databasePath: join(directory, 'ledger.sqlite3') };
}

/** Waits until a condition holds, looking again on every turn of the event loop. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

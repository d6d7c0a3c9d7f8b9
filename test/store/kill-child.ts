/**
 * A process that records exchanges at some thousand a second until it is killed. For each thing the ledger has taken it
 * writes a line to the file it is given: `i id` for an intent, `t id` for an ended attempt, `x id` for an exchange.
 */
import { openSync, writeSync } from 'node:fs';
import { createLedger } from '../../src/store/ledger.ts';
import { attemptRecord, exchangeRecord, intentOf } from './records.ts';

const [directory = '', prefix = '', takenPath = ''] = process.argv.slice(2);
const ledger = createLedger({
  directory,
  enabled: true,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  report: () => {},
  // Small segments, quick folds: kills fall into rotation, folding, checkpoints and deletion as well.
  settings: {
    segmentBytes: 64 * 1024,
    foldMs: 5,
    backlog: { bytes: 1e9, records: 1e9 },
    usageLog: { path: `${directory}/usage.jsonl`, maxBytes: 1e6, keepDays: 30, keepFiles: 1_000 },
  },
});
const takenFile = openSync(takenPath, 'a');
const taken = (line: string): void => void writeSync(takenFile, `${line}\n`);

console.log('ready');
let count = 0;
function burst(): void {
  for (let round = 0; round < 10; round += 1) recordOne(`${prefix}-${(count += 1)}`);
  setTimeout(burst, 1);
}
burst();

/** Every third exchange fails over; every fifth stays open for good. */
function recordOne(id: string): void {
  const startedAt = Date.now();
  const first = attemptRecord(`${id}-0`, { exchange: id, startedAt });
  const second = attemptRecord(`${id}-1`, { exchange: id, startedAt, ordinal: 1 });
  const attempts = count % 3 === 0 ? [first, second] : [first];
  const exchange = exchangeRecord(id, { receivedAt: startedAt }, attempts);
  for (const [index, attempt] of attempts.entries()) {
    ledger.recordIntent(intentOf(attempt), exchange);
    taken(`i ${attempt.id}`);
    if (index === attempts.length - 1) break;
    ledger.recordAttempt(attempt, exchange);
    taken(`t ${attempt.id}`);
  }
  if (count % 5 === 0) return;
  ledger.record(exchange);
  taken(`x ${id}`);
}

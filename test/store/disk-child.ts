/** Records more than the disk it is given takes, and tells how that went on its standard output. */
import { createLedger } from '../../src/store/ledger.ts';
import { exchangeRecord, intentOf } from './records.ts';

const [directory = '', count = '0'] = process.argv.slice(2);
const events: string[] = [];
const ledger = createLedger({
  directory,
  enabled: true,
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  report: ({ kind }) => events.push(kind),
  settings: { foldMs: 5, segmentBytes: 16 * 1024 * 1024, backlog: { bytes: 2_000_000, records: 1_000_000 } },
});
let slowestMs = 0;
for (let index = 0; index < Number(count); index += 1) {
  const exchange = exchangeRecord(`e${index}`);
  const began = performance.now();
  for (const attempt of exchange.attempts) ledger.recordIntent(intentOf(attempt), exchange);
  ledger.record(exchange);
  slowestMs = Math.max(slowestMs, performance.now() - began);
  if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await ledger.close();
console.log(JSON.stringify({ events, dropped: ledger.health().dropped, slowestMs }));

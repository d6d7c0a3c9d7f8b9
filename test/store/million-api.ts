/**
 * Asks a running gateway, over HTTP, about the ledger that `million.ts` has made, and prints how long each answer took
 * from its request to its last byte, and the processor time of it all, the client's included: `node test/store/million-api.ts DIRECTORY`.
 */
import { exampleProvider } from '../support/example-provider.ts';
import { call } from '../support/call.ts';
import { startInProcess } from '../support/in-process-gateway.ts';

const DAY = 86_400;
/** Where `million.ts` begins. */
const START = Date.UTC(2026, 0, 1) / 1000;
const WEEK = `since=${START + 10 * DAY}&until=${START + 17 * DAY}`;
const MIDNIGHT = START + 10 * DAY;

const PATHS: readonly string[] = [
  '/api/stats',
  `/v1/usage/samples?since=${START}`,
  `/v1/usage/samples?since=${MIDNIGHT}&session=session-77`,
  `/v1/usage/rollups?granularity=day&since=${START}`,
  `/v1/usage/rollups?granularity=hour&since=${START}`,
  ...['lane', 'model', 'tier', 'task', 'client', 'session'].flatMap((name) => [
    `/v1/usage/rollups?granularity=day&by=${name}&since=${START}`,
    `/v1/usage/rollups?granularity=hour&by=${name}&${WEEK}`,
  ]),
  `/v1/usage/rollups?granularity=hour&by=lane,model&since=${START}`,
  `/v1/usage/rollups?granularity=hour&by=session&since=${START}`,
  `/v1/usage/rollups?granularity=all&by=session`,
  `/v1/usage/rollups?granularity=all&by=session&limit=100`,
  `/v1/usage/rollups?granularity=all&since=${MIDNIGHT - 5_400}&until=${MIDNIGHT + 5_400}`,
  '/api/exchanges',
  '/api/exchanges?session=session-77',
  '/api/exchanges?outcome=error&client=codex&model=glm-4.7',
  '/api/exchanges?project=project-3&limit=500',
  '/api/exchanges/e000000077',
  `/api/export?since=${MIDNIGHT}&until=${MIDNIGHT + 3_600}`,
];

const ROUNDS = 5;

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('name the directory that million.ts has filled');
const gateway = await startInProcess({ providers: [exampleProvider()], ledger: directory });
try {
  await call(gateway.url, '/api/stats', { method: 'GET' }); // Opens the ledger.
  for (const path of PATHS) {
    const times: number[] = [];
    const processor: number[] = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = performance.now();
      const before = process.cpuUsage();
      const { status, body } = await call(gateway.url, path, { method: 'GET' });
      times.push(performance.now() - began);
      const { user, system } = process.cpuUsage(before);
      processor.push((user + system) / 1000);
      if (status !== 200) throw new Error(`${path} answered ${status}: ${body.toString()}`);
      bytes = body.length;
    }
    const sorted = times.toSorted((one, other) => one - other);
    const [least = 0] = sorted;
    const median = sorted[Math.floor(ROUNDS / 2)] ?? 0;
    const cpu = Math.min(...processor)
      .toFixed(0)
      .padStart(5);
    console.log(
      `${least.toFixed(0).padStart(5)} ms least, ${median.toFixed(0).padStart(5)} ms median, ${cpu} ms processor time, ${String(bytes).padStart(9)} bytes  ${path}`,
    );
  }
} finally {
  await gateway.stop();
}

/** T1, T2: what tracing adds to a request, to a collector that takes spans and to one that is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWrk } from './cpu-per-request.ts';
import type { Figure } from './figures.ts';
import { SequentialClient } from './load.ts';
import { cpuSeconds } from './proc.ts';
import type { BenchSettings } from './rig.ts';
import { median, quantile } from './statistics.ts';
import { startCollector, startGateway, startTraced, startUpstream, type Subject } from './subjects.ts';
import { requestBody } from './workload.ts';

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';

type Way = 'off' | 'on' | 'dead';

type Gateways = Readonly<Record<Way, Subject>>;

export async function measureCostOfTracing(settings: BenchSettings): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-bench-traced-'));
  const body = join(directory, 'body.json');
  writeFileSync(body, requestBody());
  const upstream = await startUpstream('burst');
  const collector = await startCollector();
  const running: Subject[] = [];
  const start = async (endpoint: string | undefined): Promise<Subject> => {
    const { gateway } = settings;
    const subject =
      endpoint === undefined
        ? await startGateway(upstream.url, gateway)
        : await startTraced(upstream.url, gateway, endpoint);
    running.push(subject);
    return subject;
  };
  try {
    const gateways: Gateways = {
      off: await start(undefined),
      on: await start(collector.url),
      dead: await start(NOWHERE),
    };
    return [await measureCpu(settings, gateways, body), await measureTail(settings, gateways)];
  } finally {
    for (const subject of running) await subject.stop();
    await collector.stop();
    await upstream.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const WAYS = ['off', 'on', 'dead'] as const satisfies readonly Way[];

async function measureCpu({ quick }: BenchSettings, gateways: Gateways, body: string): Promise<Figure> {
  // Many short rounds side by side: whatever else the machine does, it does to all three.
  const [rounds, seconds, warmUp] = quick ? [3, 1, 1] : [25, 1, 10];
  const samples: Record<Way, number[]> = { off: [], on: [], dead: [] };
  for (const way of WAYS) await runWrk(gateways[way].url, body, warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const way of WAYS) {
      const { url, processId } = gateways[way];
      const before = cpuSeconds(processId);
      const { requests, failed } = await runWrk(url, body, seconds);
      if (failed > 0) throw new Error(`${failed} of ${requests} requests failed with tracing ${way}`);
      samples[way].push(((cpuSeconds(processId) - before) / requests) * 1e6);
    }
  }
  const [off, on, dead] = WAYS.map((way) => median(samples[way])) as [number, number, number]; // One for each way.
  const added = (way: Way): number =>
    (median(samples[way].map((value, round) => value / (samples.off[round] ?? NaN))) - 1) * 100;
  return {
    id: 'T1',
    what: 'processor time tracing adds to a request',
    unit: '%',
    must: 15,
    goal: 10,
    value: added('on'),
    behind: `off ${off.toFixed(0)}, on ${on.toFixed(0)}, dead collector ${dead.toFixed(0)} µs (${added('dead').toFixed(1)} %)`,
  };
}

async function measureTail({ quick }: BenchSettings, gateways: Gateways): Promise<Figure> {
  const [warmUp, count] = quick ? [100, 400] : [500, 4_000];
  const clients: Record<Way, SequentialClient> = {
    off: await SequentialClient.open(gateways.off.url),
    on: await SequentialClient.open(gateways.on.url),
    dead: await SequentialClient.open(gateways.dead.url),
  };
  const samples: Record<Way, number[]> = { off: [], on: [], dead: [] };
  for (let request = 0; request < warmUp + count; request += 1) {
    for (const way of WAYS) {
      const milliseconds = await clients[way].timeToFirstByte();
      if (request >= warmUp) samples[way].push(milliseconds);
    }
  }
  for (const way of WAYS) clients[way].close();
  const [off, on, dead] = WAYS.map((way) => quantile(samples[way], 0.99)) as [number, number, number]; // As above.
  return {
    id: 'T2',
    what: 'added to the first byte by a dead collector, p99',
    unit: 'ms',
    must: 0.5,
    goal: 0.1,
    value: Math.max(0, dead - off),
    behind: `off ${off.toFixed(2)}, on ${on.toFixed(2)}, dead collector ${dead.toFixed(2)} ms`,
  };
}

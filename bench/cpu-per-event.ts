/** P2: processor time per event of 200 streams that each send one every 10 ms. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from './figures.ts';
import { HeldStreams } from './load.ts';
import { cpuSeconds } from './proc.ts';
import type { BenchSettings, BySubject, Rig } from './rig.ts';
import { listed, ratio, withRig } from './rig.ts';
import { overBare } from './cpu-per-request.ts';
import { median } from './statistics.ts';
import type { Subject } from './subjects.ts';

const STREAMS = 200;
const INTERVAL = 10;

export async function measureCpuPerEvent(settings: BenchSettings): Promise<Figure> {
  return withRig(settings, ['paced', String(INTERVAL)], ['nginx', 'bare', 'gateway'], async (rig) =>
    measureRounds(settings, rig),
  );
}

async function measureRounds({ quick, note }: BenchSettings, rig: Rig): Promise<Figure> {
  const [rounds, seconds] = quick ? [2, 1] : [3, 3];
  const samples = new Map<string, number[]>();
  const upstreamBefore = cpuSeconds(rig.upstream.processId);
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of rig.subjects) {
      const sample = await measureOnce(subject, seconds);
      samples.set(subject.name, [...(samples.get(subject.name) ?? []), sample]);
    }
  }
  const share = (cpuSeconds(rig.upstream.processId) - upstreamBefore) / ((performance.now() - began) / 1000);
  note(`P2: the upstream used ${(share * 100).toFixed(0)} % of its processor`);
  const values: BySubject = Object.fromEntries([...samples].map(([name, all]) => [name, median(all)]));
  return {
    id: 'P2',
    what: 'processor time per paced event ÷ nginx',
    unit: '×',
    must: 2.5,
    goal: 1.7,
    value: ratio(values, 'nginx'),
    behind: `${listed(values, 'µs')}${overBare(values)}`,
  };
}

async function measureOnce(subject: Subject, seconds: number): Promise<number> {
  const streams = await HeldStreams.open(subject.url, STREAMS);
  try {
    // The first moments still contain the requests themselves and, in Node, the warming of the code.
    await delay(500);
    const eventsBefore = streams.events;
    const before = cpuSeconds(subject.processId);
    const began = performance.now();
    await delay(seconds * 1000);
    const used = cpuSeconds(subject.processId) - before;
    const events = streams.events - eventsBefore;
    const expected = (STREAMS * (performance.now() - began)) / INTERVAL;
    if (streams.lost > 0) throw new Error(`${streams.lost} streams were lost at ${subject.name}`);
    if (events < expected * 0.9) {
      throw new Error(`${subject.name} delivered ${events} of ${Math.round(expected)} events`);
    }
    return (used / events) * 1e6;
  } finally {
    streams.close();
    await delay(200);
  }
}

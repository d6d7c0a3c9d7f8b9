/** P5: memory that each held stream costs, measured when all are open and the numbers have come to rest. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from './figures.ts';
import { HeldStreams } from './load.ts';
import { residentBytes } from './proc.ts';
import type { BenchSettings, BySubject, Rig } from './rig.ts';
import { listed, withRig } from './rig.ts';
import type { Subject } from './subjects.ts';
import { requestBody, smallRequestBody } from './workload.ts';

export async function measureMemoryPerStream(settings: BenchSettings): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [request, body] of [
    ['74 KB requests', requestBody()],
    ['1 KB requests', smallRequestBody()],
  ] as const) {
    // A process of its own for each, because memory once taken is rarely given back.
    const measured = await withRig(settings, ['paced', '1000'], ['bare', 'gateway'], async (rig) =>
      measureEach(settings, rig, body),
    );
    figures.push({ ...measured, what: `${measured.what}, ${request}` });
  }
  return figures;
}

async function measureEach({ quick }: BenchSettings, rig: Rig, body: Buffer): Promise<Figure> {
  const count = quick ? 1_000 : 5_000;
  const values: BySubject = {};
  for (const subject of rig.subjects) values[subject.name] = await measureOnce(subject, count, body);
  return {
    id: 'P5',
    what: `memory per held stream, ${count} of them`,
    unit: 'KiB',
    must: 100,
    goal: 60,
    value: values.gateway,
    behind: listed(values, 'KiB'),
  };
}

async function measureOnce(subject: Subject, count: number, body: Buffer): Promise<number> {
  // A few streams first: code and pools that any use brings along are not a cost of the next 5,000.
  const first = await HeldStreams.open(subject.url, 20, body);
  first.close();
  const before = await atRest(subject.processId);
  const streams = await HeldStreams.open(subject.url, count, body);
  try {
    const after = await atRest(subject.processId);
    if (streams.lost > 0) throw new Error(`${streams.lost} streams were lost at ${subject.name}`);
    return (after - before) / count / 1024;
  } finally {
    streams.close();
  }
}

/** The resident size once it has moved less than 1 % in a second; six seconds at most. */
async function atRest(processId: number): Promise<number> {
  let last = residentBytes(processId);
  for (let second = 0; second < 6; second += 1) {
    await delay(1_000);
    const now = residentBytes(processId);
    if (Math.abs(now - last) < 0.01 * last) return now;
    last = now;
  }
  return last;
}

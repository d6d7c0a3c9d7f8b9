/** P6: from the start of the process to the first healthy answer, and the memory it holds when idle. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Figure } from './figures.ts';
import { residentBytes } from './proc.ts';
import type { BenchSettings, BySubject } from './rig.ts';
import { listed } from './rig.ts';
import { median } from './statistics.ts';
import { startGateway } from './subjects.ts';

/** Nothing listens there; the gateway must start and be healthy without its provider. */
const NO_UPSTREAM = 'http://127.0.0.1:9';

export async function measureStartUp({ gateway, quick, note }: BenchSettings): Promise<Figure[]> {
  const starts: number[] = [];
  const sizes: number[] = [];
  try {
    for (let round = 0; round < (quick ? 2 : 5); round += 1) {
      const began = performance.now();
      const subject = await startGateway(NO_UPSTREAM, gateway);
      const health = await fetch(`${subject.url}/health`);
      await health.arrayBuffer();
      if (health.ok) starts.push(performance.now() - began);
      await delay(quick ? 500 : 1_500);
      sizes.push(residentBytes(subject.processId) / 1e6);
      await subject.stop();
    }
  } catch (error) {
    note(`P6 not measured: ${error instanceof Error ? error.message : String(error)}`);
  }
  const figure = (what: string, unit: string, limits: readonly [number, number], all: number[]): Figure => ({
    id: 'P6',
    what,
    unit,
    must: limits[0],
    goal: limits[1],
    value: all.length === 0 ? undefined : median(all),
    behind:
      all.length === 0 ? '' : listed({ gateway: Math.max(...all) } satisfies BySubject, `${unit} at worst`),
  });
  return [
    figure('start to first healthy answer', 'ms', [500, 250], starts),
    figure('idle memory', 'MB', [120, 90], sizes),
  ];
}

/** P3: time to the first byte that each proxy adds on one connection, request by request in turn. */
import type { Figure } from './figures.ts';
import { SequentialClient } from './load.ts';
import type { BenchSettings, Rig } from './rig.ts';
import { withRig } from './rig.ts';
import { quantile } from './statistics.ts';

export async function measureTimeToFirstByte(settings: BenchSettings): Promise<Figure[]> {
  return withRig(settings, ['burst'], ['nginx', 'bare', 'gateway'], async (rig) =>
    measureInTurn(settings, rig),
  );
}

async function measureInTurn({ quick }: BenchSettings, rig: Rig): Promise<Figure[]> {
  const [warmUp, count] = quick ? [200, 400] : [500, 2_000];
  const lanes: { name: string; client: SequentialClient; samples: number[] }[] = [];
  for (const { name, url } of [{ name: 'direct', url: rig.upstream.url }, ...rig.subjects]) {
    lanes.push({ name, client: await SequentialClient.open(url), samples: [] });
  }
  for (let request = 0; request < warmUp + count; request += 1) {
    for (const { client, samples } of lanes) {
      const milliseconds = await client.timeToFirstByte();
      if (request >= warmUp) samples.push(milliseconds);
    }
  }
  for (const { client } of lanes) client.close();
  const at = (name: string, share: number): number | undefined => {
    const samples = lanes.find((lane) => lane.name === name)?.samples;
    return samples === undefined ? undefined : quantile(samples, share);
  };
  const figure = (id: string, share: number, must: number, goal: number): Figure => {
    const direct = at('direct', share) ?? 0;
    const added = rig.subjects.map(({ name }) => `${name} +${((at(name, share) ?? 0) - direct).toFixed(2)}`);
    const gateway = at('gateway', share);
    return {
      id,
      what: `added time to first byte, p${share * 100}`,
      unit: 'ms',
      must,
      goal,
      value: gateway === undefined ? undefined : Math.max(0, gateway - direct),
      behind: `direct ${direct.toFixed(2)}, ${added.join(', ')} ms`,
    };
  };
  return [figure('P3', 0.5, 0.6, 0.3), figure('P3', 0.99, 3, 1)];
}

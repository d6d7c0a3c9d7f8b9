/** P4: processor time of a translated request (Anthropic client, Chat provider, streaming) ÷ own pass-through. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWrk } from './cpu-per-request.ts';
import type { Figure } from './figures.ts';
import { cpuSeconds } from './proc.ts';
import type { BenchSettings } from './rig.ts';
import { median } from './statistics.ts';
import { startGateway, startUpstream, type Subject } from './subjects.ts';
import { requestBody } from './workload.ts';

const WAYS = { passed: 'anthropic-messages', translated: 'openai-chat' } as const;

type Way = keyof typeof WAYS;

export async function measureCpuTranslated(settings: BenchSettings): Promise<Figure> {
  const opened = new AsyncDisposableStack();
  try {
    const directory = mkdtempSync(join(tmpdir(), 'switchyard-bench-body-'));
    opened.defer(() => rmSync(directory, { recursive: true, force: true }));
    const body = join(directory, 'body.json');
    writeFileSync(body, requestBody());
    const passed = await opening(opened, settings, 'passed');
    const translated = await opening(opened, settings, 'translated');
    return await measureRounds(settings, { passed, translated }, body);
  } finally {
    await opened.disposeAsync();
  }
}

async function opening(opened: AsyncDisposableStack, settings: BenchSettings, way: Way): Promise<Subject> {
  const upstream = await startUpstream(way === 'passed' ? 'burst' : 'chat');
  opened.defer(async () => upstream.stop());
  const base = way === 'passed' ? upstream.url : `${upstream.url}/v1`;
  const subject = await startGateway(base, settings.gateway, WAYS[way]);
  opened.defer(async () => subject.stop());
  return subject;
}

/** Both ways in turn, so that whatever else the machine does meets both. */
async function measureRounds(
  { quick }: BenchSettings,
  subjects: Readonly<Record<Way, Subject>>,
  body: string,
): Promise<Figure> {
  const [rounds, seconds] = quick ? [2, 1] : [5, 2];
  const samples: Record<Way, number[]> = { passed: [], translated: [] };
  for (const way of ['passed', 'translated'] as const) await runWrk(subjects[way].url, body, quick ? 1 : 3);
  for (let round = 0; round < rounds; round += 1)
    for (const way of ['passed', 'translated'] as const) {
      const before = cpuSeconds(subjects[way].processId);
      const load = await runWrk(subjects[way].url, body, seconds);
      if (load.failed > 0) throw new Error(`${load.failed} of ${load.requests} requests failed, ${way}`);
      const used = cpuSeconds(subjects[way].processId) - before;
      samples[way].push((used / load.requests) * 1e6);
    }
  const passed = median(samples.passed);
  const translated = median(samples.translated);
  return {
    id: 'P4',
    what: 'processor time per translated request ÷ own pass-through',
    unit: '×',
    must: 5,
    goal: 3,
    value: translated / passed,
    behind: `passed through ${passed.toPrecision(3)}, translated ${translated.toPrecision(3)} µs`,
  };
}

/** P1: processor time per pass-through request, 16 connections, in interleaved rounds. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './figures.ts';
import { cpuSeconds } from './proc.ts';
import type { BenchSettings, BySubject, Rig } from './rig.ts';
import { listed, ratio, withRig } from './rig.ts';
import { median } from './statistics.ts';
import type { SubjectName } from './subjects.ts';
import { LOAD_CPU, pinned } from './subjects.ts';
import { requestBody } from './workload.ts';

const CONNECTIONS = 16;
const SCRIPT = fileURLToPath(new URL('wrk-post.lua', import.meta.url));

export interface Load {
  readonly requests: number;
  readonly failed: number;
  readonly microseconds: number;
  readonly bytes: number;
}

export async function measureCpuPerRequest(settings: BenchSettings): Promise<Figure> {
  const values = await measureSubjects(settings, ['nginx', 'bare', 'gateway', 'unrecorded']);
  return {
    id: 'P1',
    what: 'processor time per request ÷ nginx',
    unit: '×',
    must: 2.5,
    goal: 1.6,
    value: ratio(values, 'nginx'),
    behind: `${listed(values, 'µs')}${overBare(values)}${ofAccounting(values)}`,
  };
}

/** What a cascade of three and a route for every task add to a request that is passed through. */
export async function measureCpuRouted(settings: BenchSettings): Promise<Figure> {
  const values = await measureSubjects(settings, ['gateway', 'routed']);
  const { gateway, routed } = values;
  return {
    id: 'P1r',
    what: 'processor time with cascades and tasks ÷ without',
    unit: '×',
    must: 1.1,
    goal: 1.03,
    value: gateway === undefined || routed === undefined ? undefined : routed / gateway,
    behind: listed(values, 'µs'),
  };
}

/** Microseconds of processor time per request, by subject. */
async function measureSubjects(settings: BenchSettings, names: readonly SubjectName[]): Promise<BySubject> {
  const directory = mkdtempSync(join(tmpdir(), 'switchyard-bench-body-'));
  const body = join(directory, 'body.json');
  writeFileSync(body, requestBody());
  try {
    return await withRig(settings, ['burst'], names, async (rig) => measureRounds(settings, rig, body));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureRounds({ quick, note }: BenchSettings, rig: Rig, body: string): Promise<BySubject> {
  const [rounds, seconds] = quick ? [2, 1] : [5, 2];
  const samples = new Map<string, number[]>();
  let upstreamShare = 0;
  // A program compiled as it runs is not itself before some ten thousand requests.
  for (const subject of rig.subjects) await runWrk(subject.url, body, quick ? 1 : 10);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of rig.subjects) {
      const before = cpuSeconds(subject.processId);
      const upstreamBefore = cpuSeconds(rig.upstream.processId);
      const load = await runWrk(subject.url, body, seconds);
      const used = cpuSeconds(subject.processId) - before;
      upstreamShare = Math.max(
        upstreamShare,
        (cpuSeconds(rig.upstream.processId) - upstreamBefore) / seconds,
      );
      if (load.failed > 0)
        throw new Error(`${load.failed} of ${load.requests} requests failed at ${subject.name}`);
      samples.set(subject.name, [...(samples.get(subject.name) ?? []), (used / load.requests) * 1e6]);
    }
  }
  note(`P1: the upstream used at most ${(upstreamShare * 100).toFixed(0)} % of its processor`);
  return Object.fromEntries([...samples].map(([name, all]) => [name, median(all)]));
}

function ofAccounting({ gateway, unrecorded }: BySubject): string {
  if (gateway === undefined || unrecorded === undefined) return '';
  const share = gateway / unrecorded;
  return `; accounting ${(gateway - unrecorded).toFixed(0)} µs, ${share.toFixed(2)} × unrecorded`;
}

export function overBare(values: BySubject): string {
  const overhead = ratio(values, 'bare');
  return overhead === undefined ? '' : `; ${overhead.toFixed(2)} × bare`;
}

export async function runWrk(url: string, body: string, seconds: number): Promise<Load> {
  const wrk = [
    'wrk',
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    '-s',
    SCRIPT,
    `${url}/v1/messages`,
    '--',
    body,
  ];
  const { command, arguments: rest } = pinned(LOAD_CPU, wrk);
  const { stdout } = await promisify(execFile)(command, rest);
  const line = /^\{.*\}$/m.exec(stdout)?.[0];
  if (line === undefined) throw new Error(`wrk printed no summary:\n${stdout}`);
  // The line is written by wrk-post.lua beside this file, with exactly these fields.
  return JSON.parse(line) as Load;
}

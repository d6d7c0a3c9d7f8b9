/**
 * `npm run bench`: measures the gateway beside nginx and a bare proxy, in one run on the same work, and holds the
 * result against the figures the program promises. Needs Linux; nginx and wrk for the ratios.
 *
 *     npm run bench -- [--quick] [--only P1,P2] [--json FILE] [--third-party]
 *         [--gateway-command "node …"] [--ready REGEX]
 *
 * The provider is configured as Anthropic is, without filters; `--third-party` leaves the filters that others get.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAbortLatency } from './abort-latency.ts';
import { measureCostOfTracing } from './cost-of-tracing.ts';
import { measureCpuPerEvent } from './cpu-per-event.ts';
import { measureCpuPerRequest, measureCpuRouted } from './cpu-per-request.ts';
import { measureCpuTranslated } from './cpu-translated.ts';
import { measureCopies } from './delay-by-copies.ts';
import type { Figure } from './figures.ts';
import { table, verdictOf } from './figures.ts';
import { measureMemoryPerStream } from './memory-per-stream.ts';
import type { BenchSettings } from './rig.ts';
import { measureStartUp } from './start-up.ts';
import { pinSelf } from './subjects.ts';
import { measureTimeToFirstByte } from './time-to-first-byte.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    'gateway-command': { type: 'string' },
    'third-party': { type: 'boolean', default: false },
    ready: { type: 'string', default: 'listening (https?://\\S+)' },
  },
});

const LAUNCHER = fileURLToPath(new URL('../bin/switchyard.cjs', import.meta.url));

const notes: string[] = [];
const settings: BenchSettings = {
  gateway: {
    command: flags['gateway-command']?.split(' ') ?? [process.execPath, LAUNCHER, 'start'],
    readyLine: new RegExp(flags.ready),
    filters: flags['third-party'] ? 'default' : 'none',
  },
  quick: flags.quick,
  note: (line) => {
    if (!notes.includes(line)) notes.push(line);
  },
};

const STEPS: readonly [id: string, measure: (settings: BenchSettings) => Promise<Figure | Figure[]>][] = [
  ['P1', measureCpuPerRequest],
  ['P1r', measureCpuRouted],
  ['P2', measureCpuPerEvent],
  ['P3', measureTimeToFirstByte],
  ['P4', measureCpuTranslated],
  ['P5', measureMemoryPerStream],
  ['P6', measureStartUp],
  ['P7', measureAbortLatency],
  ['P9', measureCopies],
  ['T1', measureCostOfTracing],
];

async function run(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [id, measure] of STEPS) {
    if (flags.only !== undefined && !flags.only.split(',').includes(id)) continue;
    if (['P1', 'P1r', 'P4', 'T1'].includes(id) && spawnSync('wrk', ['-v']).error !== undefined) {
      settings.note(`${id} not measured: wrk is not installed`);
      continue;
    }
    const began = performance.now();
    try {
      figures.push(...[await measure(settings)].flat());
    } catch (error) {
      // A figure that cannot be had must not cost the others.
      settings.note(`${id} not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
    console.error(`${id} took ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  return figures;
}

pinSelf();
const figures = await run();
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
console.log(table(figures));
if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
if (flags.json !== undefined) {
  const results = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
  writeFileSync(
    flags.json,
    `${JSON.stringify({ node: process.version, notes, figures: results }, null, 2)}\n`,
  );
}
if (figures.some((figure) => verdictOf(figure) === 'MISSED')) process.exitCode = 1;

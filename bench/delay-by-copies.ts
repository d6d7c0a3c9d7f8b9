/**
 * P9: what copies for comparison add to the answers of clients. One run, in short turns: mode target, mode compare with
 * a copy to a provider of the same format, and with one that is translated; and mode target once more, whose difference
 * to the first is the noise of the machine. The load is paced, with random pauses, so that a request now and then meets
 * the copy of the one before it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { rounded, type Figure } from './figures.ts';
import { SequentialClient } from './load.ts';
import type { BenchSettings } from './rig.ts';
import { cpuSeconds } from './proc.ts';
import { quantile } from './statistics.ts';
import { startConfigured, startUpstream, type Subject } from './subjects.ts';

/** Requests of one way before the next has its turn. */
const BLOCK = 10;
/** The last copies of a turn end, and their pairs are stored, before the next one begins. */
const SETTLE_MS = 100;
const AGAIN = 'target again';
/** The mean of the pauses, milliseconds. */
const PAUSE_MS = 30;

interface Lane {
  readonly name: string;
  readonly mode: 'target' | 'compare';
  readonly subject: Subject;
  readonly client: SequentialClient;
  readonly first: number[];
  readonly last: number[];
  /** Processor time in seconds, copies and their storing included. */
  readonly cpu: number[];
}

export async function measureCopies({ gateway, quick }: BenchSettings): Promise<Figure[]> {
  await using opened = new AsyncDisposableStack();
  const primary = opened.adopt(await startUpstream('burst'), async (program) => program.stop());
  const chat = opened.adopt(await startUpstream('chat'), async (program) => program.stop());
  const start = async (copies: string, format: string): Promise<Subject> => {
    const subject = await startConfigured('gateway', gateway, configuration(primary.url, copies, format));
    return opened.adopt(subject, async (one) => one.stop());
  };
  const same = await start(primary.url, 'anthropic-messages');
  const other = await start(chat.url, 'openai-chat');
  const lanes = await Promise.all([
    lane('target', 'target', same),
    lane('compare', 'compare', same),
    lane('compare, translated', 'compare', other),
    lane(AGAIN, 'target', same),
  ]);
  for (const { client } of lanes) opened.defer(() => client.close());
  const rounds = quick ? 15 : 85;
  for (let round = 0; round < rounds; round += 1) for (const each of lanes) await runBlock(each, round >= 5);
  return figuresOf(lanes);
}

async function lane(name: string, mode: Lane['mode'], subject: Subject): Promise<Lane> {
  return {
    name,
    mode,
    subject,
    client: await SequentialClient.open(subject.url),
    first: [],
    last: [],
    cpu: [],
  };
}

async function runBlock({ mode, subject, client, first, last, cpu }: Lane, counts: boolean): Promise<void> {
  const body = JSON.stringify({ mode });
  const switched = await fetch(`${subject.url}/api/mode`, { method: 'PUT', body });
  if (!switched.ok) throw new Error(`the mode could not be switched: ${await switched.text()}`);
  const before = cpuSeconds(subject.processId);
  for (let request = 0; request < BLOCK; request += 1) {
    const times = await client.times();
    if (counts) {
      first.push(times.first);
      last.push(times.last);
    }
    await delay(-Math.log(1 - Math.random()) * PAUSE_MS);
  }
  await delay(SETTLE_MS);
  if (counts) cpu.push(cpuSeconds(subject.processId) - before);
}

function figuresOf(lanes: readonly Lane[]): Figure[] {
  const first = ({ first: times }: Lane): number[] => times;
  const last = ({ last: times }: Lane): number[] => times;
  return [0.5, 0.99].flatMap((share) => [
    figure(lanes, 'time to first byte', { share, times: first }),
    figure(lanes, 'time of the answer', { share, times: last }),
  ]);
}

interface Asked {
  readonly share: number;
  readonly times: (lane: Lane) => number[];
}

/** What comparing adds to the slower of the two runs in mode target: the rest is the machine's. */
function figure(lanes: readonly Lane[], what: string, { share, times }: Asked): Figure {
  const values = lanes.map((one) => ({ ...one, value: quantile(times(one), share) }));
  const slowest = (mode: Lane['mode']): number =>
    Math.max(...values.filter((one) => one.mode === mode).map(({ value }) => value));
  const microseconds = ({ cpu }: Lane): number =>
    (cpu.reduce((sum, seconds) => sum + seconds, 0) / (cpu.length * BLOCK)) * 1e6;
  const shown = values.map(
    (one) => `${one.name} ${one.value.toFixed(2)} ms (${rounded(microseconds(one))} µs CPU)`,
  );
  return {
    id: 'P9',
    what: `${what} that copies add, p${share * 100}`,
    unit: 'ms',
    must: share === 0.5 ? 0.5 : 3,
    goal: share === 0.5 ? 0.2 : 1,
    value: Math.max(0, slowest('compare') - slowest('target')),
    behind: `${shown.join(', ')}; ${lanes[0]?.first.length} requests each`,
  };
}

function configuration(primary: string, copies: string, format: string): string {
  const key = 'auth: { header: x-api-key, secret: "env:BENCH_KEY" }';
  const base = format === 'openai-chat' ? `${copies}/v1` : copies;
  return `
providers:
  primary: { base_url: "${primary}", format: anthropic-messages, http: "1.1", ${key} }
  copies: { base_url: "${base}", format: ${format}, http: "1.1", ${key} }
tiers: { haiku: copies/small, sonnet: copies/middle, opus: copies/big }
passthrough: { provider: primary }
terminal: { mode: "off" }
`;
}

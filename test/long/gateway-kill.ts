/** Kills the running gateway again and again under load, and looks each time at what the next one knows. */
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdminClient } from '../../src/admin-client/admin-client.ts';
import type { ResponseOf } from '../../src/contract/endpoints.ts';
import { paced, text } from '../support/answers.ts';
import { oneProvider } from '../support/gateway.ts';
import { ledgerHome, type LedgerHome } from '../support/ledger-home.ts';
import type { RunningProgram } from '../support/program.ts';
import { modelOf } from '../support/recorded-request.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

export interface KillTally {
  kills: number;
  /** Requests the upstream saw, answers clients got whole, and attempts shown as interrupted. */
  dispatched: number;
  delivered: number;
  interrupted: number;
  /** From starting the process to its first answer, after it was stopped in order. */
  cleanReadyMs: number;
  /** The same after a kill. */
  slowestReadyMs: number;
}

/** Two seconds; on a machine that is too busy to start the program in half of that, twice what a clean start takes. */
export function readyWithin({ cleanReadyMs }: KillTally): number {
  return Math.max(2_000, 2 * cleanReadyMs);
}

type Sample = ResponseOf<'samples'>['samples'][number];

const AT_ONCE = 24;

/** A home that outlives its gateways, and the upstream they all use. */
interface Site {
  readonly home: LedgerHome;
  readonly upstream: ScriptedUpstream;
}

/** Kills at `kills` random moments within the first half second of load. */
export async function killGateways(context: TestContext, kills: number): Promise<KillTally> {
  const upstream = await startScriptedUpstream({
    answer: paced(text('a few words to stream '), 3),
  });
  context.after(() => upstream.close());
  const home = ledgerHome(context, oneProvider(upstream.url));
  const tally: KillTally = {
    kills,
    dispatched: 0,
    delivered: 0,
    interrupted: 0,
    cleanReadyMs: 0,
    slowestReadyMs: 0,
  };
  const delivered = new Set<string>();
  await (await home.start()).stop(); // The very first start fills the compile cache.
  let gateway = await startIn(home, tally);
  tally.cleanReadyMs = tally.slowestReadyMs;
  tally.slowestReadyMs = 0;
  for (let round = 0; round < kills; round += 1) {
    const load = startLoad(gateway.url, `r${round}`, delivered);
    await upstream.request(upstream.requests.length + 1);
    await delay(Math.random() * 400);
    await gateway.kill();
    await load;
    gateway = await startIn(home, tally);
    await check(gateway, { home, upstream }, { delivered, tally });
    if (tally.slowestReadyMs > readyWithin(tally)) gateway = await startClean(home, gateway, tally);
  }
  await gateway.stop();
  tally.dispatched = upstream.requests.length;
  tally.delivered = delivered.size;
  return tally;
}

/** The machine may be busier than it was at the beginning: what a clean start takes now is the measure. */
async function startClean(
  home: LedgerHome,
  gateway: RunningProgram,
  tally: KillTally,
): Promise<RunningProgram> {
  await gateway.stop();
  const began = performance.now();
  const program = await home.start();
  tally.cleanReadyMs = Math.max(tally.cleanReadyMs, Math.round(performance.now() - began));
  return program;
}

async function startIn(home: LedgerHome, tally: KillTally): Promise<RunningProgram> {
  const began = performance.now();
  const program = await home.start();
  tally.slowestReadyMs = Math.max(tally.slowestReadyMs, Math.round(performance.now() - began));
  return program;
}

/** Clients that ask one after the other until nobody answers any more. */
async function startLoad(url: string, round: string, delivered: Set<string>): Promise<void> {
  let count = 0;
  const client = async (): Promise<void> => {
    for (;;) {
      const model = `${round}-${(count += 1)}`;
      const outcome = await ask(url, model);
      if (outcome === 'whole') delivered.add(model);
      if (outcome === 'refused') return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
}

function ask(url: string, model: string): Promise<'whole' | 'broken' | 'refused'> {
  const { promise, resolve } = Promise.withResolvers<'whole' | 'broken' | 'refused'>();
  const outgoing = httpRequest(`${url}/v1/messages`, { method: 'POST' }, (incoming) => {
    let received = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    incoming.on('end', () => resolve(received.includes('message_stop') ? 'whole' : 'broken'));
    incoming.on('error', () => resolve('broken'));
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'broken');
  });
  outgoing.end(
    JSON.stringify({ model, max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  );
  return promise;
}

async function check(
  gateway: RunningProgram,
  site: Site,
  { delivered, tally }: { delivered: ReadonlySet<string>; tally: KillTally },
): Promise<void> {
  const samples = await allSamples(gateway.url);
  const byModel = Map.groupBy(samples, ({ requested_model }) => requested_model ?? '');
  for (const request of site.upstream.requests) {
    const rows = byModel.get(modelOf(request)) ?? [];
    assert.equal(rows.length, 1, `${modelOf(request)} reached the upstream and has ${rows.length} rows`);
  }
  for (const model of delivered) assertDelivered(model, byModel.get(model)?.[0]);
  const interrupted = samples.filter(({ outcome }) => outcome === 'interrupted');
  for (const { cost_usd, status } of interrupted) assert.deepEqual([cost_usd, status], [null, null]);
  tally.interrupted = interrupted.length;
  checkDatabase(join(site.home.ledger, 'ledger.sqlite3'), samples.length);
}

/** The kill may fall between the last byte and the record: then it counts as interrupted, never as nothing. */
function assertDelivered(model: string, row: Sample | undefined): void {
  assert.ok(row !== undefined, `${model} was delivered and has no row`);
  if (row.outcome === 'interrupted') return;
  assert.deepEqual([row.outcome, row.usage_quality], ['ok', 'exact'], model);
}

async function allSamples(url: string): Promise<Sample[]> {
  const client = createAdminClient({ url });
  const all: Sample[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('samples', { query: { limit: '5000', ...(cursor && { cursor }) } });
    all.push(...page.samples);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

function checkDatabase(path: string, attempts: number): void {
  const database = new DatabaseSync(path, { readOnly: true });
  const value = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0];
  assert.equal(value('PRAGMA integrity_check'), 'ok');
  assert.equal(value('SELECT count(DISTINCT id) FROM attempts'), attempts);
  assert.equal(value('SELECT sum(attempts) FROM usage_hours'), attempts);
  assert.equal(value('SELECT sum(attempts) FROM usage_days'), attempts);
  assert.equal(value('SELECT total(output) FROM usage_days'), value('SELECT total(output) FROM attempts'));
  assert.equal(value('SELECT count(*) FROM open_attempts'), 0);
  database.close();
}

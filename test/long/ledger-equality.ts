/**
 * Requests with random faults, aborts and fail-overs through the real gateway, and the comparison of its ledger with
 * the books that the upstreams keep themselves. Every request asks for a model of its own, so that each upstream
 * request can be told from every other.
 */
import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdminClient } from '../../src/admin-client/admin-client.ts';
import type { Sample } from '../../src/domain/ledger.ts';
import { originOf } from '../../src/domain/origin.ts';
import type { Provider } from '../../src/domain/provider.ts';
import { cut, errorFirst, errorInside, gzipped, html, paced, status, text } from '../support/answers.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import type { Answer, BilledTokens, CutKind } from '../support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

export interface EqualityReport {
  /** Requests sent by clients, and those among them that the gateway took for an exchange. */
  readonly sent: number;
  readonly exchanges: number;
  readonly attempts: number;
  /** Upstream requests with a bill. */
  readonly billed: number;
  /** Attempts that are told as exact, and that are flagged. */
  readonly exact: number;
  readonly flagged: number;
  /** Everything that does not add up, in words. */
  readonly differences: readonly string[];
}

interface Lane {
  readonly name: string;
  readonly upstream: ScriptedUpstream;
}

const AT_ONCE = 64;
const CUTS: readonly CutKind[] = ['fin', 'reset', 'bad-chunk', 'end'];
/** $3 in and $15 out for every model there is, so that money can be compared, too. */
const PRICE = { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 };

/** Sends `count` requests and compares the books. The same seed makes the same requests, answers and faults. */
export async function compareBooks(directory: string, count: number, seed: number): Promise<EqualityReport> {
  const random = randomOf(seed);
  const lanes: readonly Lane[] = [
    { name: 'first', upstream: await startScriptedUpstream({ answer: moody(random) }) },
    { name: 'second', upstream: await startScriptedUpstream({ answer: moody(random) }) },
  ];
  const gateway = await startInProcess({
    providers: lanes.map(asProvider),
    routes: { fallback: [target('first'), target('second')] },
    ledger: directory,
    prices: { configured: { first: PRICE, second: PRICE }, environment: {} },
  });
  try {
    await sendAll(gateway.url, count, random);
    const admin = createAdminClient({ url: gateway.url });
    await until('all exchanges to end', async () => (await admin.call('status')).in_flight === 0, 20_000);
    await until(
      'all upstream requests to end',
      () => lanes.every(({ upstream }) => upstream.ledger.length === upstream.requests.length),
      20_000,
    );
    return await compare(gateway, lanes, count);
  } finally {
    await gateway.stop();
    await Promise.all(lanes.map(({ upstream }) => upstream.close()));
  }
}

function target(provider: string) {
  return { provider, model: undefined };
}

function asProvider({ name, upstream }: Lane): Provider {
  return exampleProvider({ name, origin: originOf(new URL(upstream.url)) });
}

/** A small generator (mulberry32): runs can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Mostly well, with every fault there is a script for. */
function moody(random: () => number): Answer {
  return (request) => {
    const words = 'all work and no play '.repeat(1 + Math.floor(random() * 12));
    const billed: BilledTokens = {
      input: 1 + Math.floor(random() * 5_000),
      output: 1 + Math.floor(random() * 900),
      cacheRead: random() < 0.5 ? Math.floor(random() * 90_000) : 0,
      cacheWrite: random() < 0.3 ? Math.floor(random() * 9_000) : 0,
    };
    return moodOf(random, text(words, billed))(request);
  };
}

function moodOf(random: () => number, good: Answer): Answer {
  const mood = random();
  const somewhere = Math.floor(random() * 2_000);
  if (mood < 0.62) return good;
  if (mood < 0.66) return gzipped(good);
  if (mood < 0.74) return paced(good, 1 + Math.floor(random() * 4));
  if (mood < 0.78) return status([429, 503, 529][Math.floor(random() * 3)] ?? 503);
  if (mood < 0.82) return status(500);
  if (mood < 0.84) return status(400);
  if (mood < 0.93) return cut(good, somewhere, CUTS[Math.floor(random() * CUTS.length)] ?? 'fin');
  if (mood < 0.95) return errorFirst();
  if (mood < 0.98) return errorInside(good, somewhere);
  return html();
}

async function sendAll(url: string, count: number, random: () => number): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await sendOne(url, { model: `request-${next}`, stream: random() < 0.6, abortAfter: abortTime(random) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
}

/** One client in twelve goes away: at once, or in the middle. */
function abortTime(random: () => number): number | undefined {
  return random() < 1 / 12 ? Math.floor(random() * 25) : undefined;
}

interface ClientRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Milliseconds. */
  readonly abortAfter: number | undefined;
}

async function sendOne(url: string, { model, stream, abortAfter }: ClientRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const outgoing = httpRequest(`${url}/v1/messages`, { method: 'POST' }, (incoming) => {
    incoming.on('error', () => undefined).resume();
  });
  outgoing.on('error', () => undefined);
  outgoing.once('close', () => {
    resolve(undefined);
  });
  outgoing.end(
    JSON.stringify({ model, max_tokens: 64, stream, messages: [{ role: 'user', content: 'hi' }] }),
  );
  if (abortAfter !== undefined)
    void delay(abortAfter, undefined, { ref: false }).then(() => outgoing.destroy());
  await promise;
}

async function compare(
  gateway: InProcessGateway,
  lanes: readonly Lane[],
  sent: number,
): Promise<EqualityReport> {
  const { ledger } = gateway.running;
  await ledger.settle();
  const samples = await allSamples(gateway);
  const differences: string[] = [];
  const byKey = Map.groupBy(samples, ({ provider, requestedModel }) => `${provider} ${requestedModel}`);
  let billed = 0;
  for (const { name, upstream } of lanes) {
    const rows = upstream.ledger.filter((row) => row.billed !== undefined);
    billed += rows.length;
    for (const [model, bills] of Map.groupBy(rows, (row) => row.model)) {
      const attempts = byKey.get(`${name} ${model}`) ?? [];
      differences.push(
        ...differencesOf(
          `${name} ${model}`,
          attempts,
          bills.map((row) => row.billed),
        ),
      );
      byKey.delete(`${name} ${model}`);
    }
  }
  for (const [key, attempts] of byKey)
    for (const attempt of attempts) if (hasUsage(attempt)) differences.push(`${key}: usage of nothing`);
  differences.push(...(await bookkeeping(gateway, samples)));
  const exact = samples.filter(({ usageQuality }) => usageQuality === 'exact').length;
  const flagged = samples.filter(({ usageQuality }) => /partial|estimated/.test(usageQuality)).length;
  const exchanges = gateway.records.length;
  return { sent, exchanges, attempts: samples.length, billed, exact, flagged, differences };
}

/** Exact attempts are bills to the token; each other bill has one attempt that says of itself that it is unsure. */
function differencesOf(
  key: string,
  attempts: readonly Sample[],
  bills: readonly (BilledTokens | undefined)[],
): string[] {
  const left = bills.filter((bill) => bill !== undefined);
  const unsure: Sample[] = [];
  const found: string[] = [];
  for (const attempt of attempts) {
    if (attempt.usageQuality !== 'exact') {
      unsure.push(attempt);
      continue;
    }
    const index = left.findIndex((bill) => isSame(bill, attempt));
    if (index === -1) found.push(`${key}: ${attempt.id} is exact and on no bill`);
    else left.splice(index, 1);
    if (attempt.spent !== costOf(attempt)) found.push(`${key}: ${attempt.id} has a wrong cost`);
  }
  const flagged = unsure.filter(({ costFlags }) => costFlags !== '').length;
  if (left.length > flagged)
    found.push(`${key}: ${left.length - flagged} bills that no attempt is unsure of`);
  for (const attempt of unsure) {
    if (attempt.input === null) continue;
    const bill = left.find((one) => one.input === attempt.input && one.cacheRead === attempt.cacheRead);
    if (bill === undefined) found.push(`${key}: ${attempt.id} tells a prompt that is on no bill`);
    if (attempt.verdict === 'ok' && attempt.costFlags === '')
      found.push(`${key}: ${attempt.id} is not flagged`);
  }
  return found;
}

function isSame(bill: BilledTokens, attempt: Sample): boolean {
  return (
    bill.input === attempt.input &&
    bill.output === attempt.output &&
    bill.cacheRead === attempt.cacheRead &&
    bill.cacheWrite === (attempt.cacheWrite5m ?? 0) + (attempt.cacheWrite1h ?? 0)
  );
}

/** In pico-dollars, worked out anew. */
function costOf({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Sample): bigint {
  const parts: readonly (readonly [number | null, bigint])[] = [
    [input, 3_000_000n],
    [output, 15_000_000n],
    [cacheRead, 300_000n],
    [cacheWrite5m, 3_750_000n],
    [cacheWrite1h, 6_000_000n],
  ];
  return parts.reduce((sum, [tokens, price]) => sum + BigInt(tokens ?? 0) * price, 0n);
}

function hasUsage(attempt: Sample): boolean {
  return (attempt.input ?? 0) + (attempt.output ?? 0) > 0;
}

/** What the gateway recorded is what is stored, once; and sums are sums. */
async function bookkeeping(gateway: InProcessGateway, samples: readonly Sample[]): Promise<string[]> {
  const { ledger } = gateway.running;
  const found: string[] = [];
  const recorded = gateway.records.flatMap(({ attempts }) => attempts.map(({ id }) => id));
  const stored = samples.map(({ id }) => id);
  if (new Set(stored).size !== stored.length) found.push('an attempt is stored twice');
  if (recorded.toSorted().join() !== stored.toSorted().join())
    found.push(`${recorded.length} attempts were made and ${stored.length} are stored, or others`);
  const { total } = await ledger.query('usage', { by: [] });
  const output = samples.reduce((sum, sample) => sum + (sample.output ?? 0), 0);
  const spent = samples.reduce((sum, sample) => sum + (sample.spent ?? 0n), 0n);
  if (total.output !== output || total.spent !== spent) found.push('the totals are no sums of the attempts');
  const audit = await ledger.query('audit', {});
  if (!audit.equal || audit.integrity !== 'ok') found.push(`the audit fails: ${audit.integrity}`);
  const { dropped, damaged, lagRows } = ledger.health();
  if (dropped + damaged + lagRows > 0)
    found.push(`${dropped} dropped, ${damaged} damaged, ${lagRows} waiting`);
  return found;
}

async function allSamples({ running: { ledger } }: InProcessGateway): Promise<Sample[]> {
  const all: Sample[] = [];
  let cursor: string | undefined;
  do {
    const { samples, next } = await ledger.query('samples', { cursor, limit: 5_000 });
    all.push(...samples);
    cursor = next;
  } while (cursor !== undefined);
  return all;
}

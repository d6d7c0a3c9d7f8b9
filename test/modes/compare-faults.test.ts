/** Whatever becomes of copies, clients do not notice: their answers are what they are in mode anthropic-only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SampleBody } from '../../src/contract/samples.ts';
import {
  cut,
  errorFirst,
  garbage,
  gzipped,
  held,
  heldAfter,
  html,
  never,
  paced,
  repeated,
  status,
  text,
} from '../support/answers.ts';
import { message } from '../support/call.ts';
import { startCompareRig, type CompareRig, type RigSettings } from '../support/compare-rig.ts';
import { openRaw, postBytes } from '../support/raw-client.ts';
import type { Answer } from '../support/reply.ts';
import { until } from '../support/until.ts';

async function withRig(settings: RigSettings, act: (rig: CompareRig) => Promise<void>): Promise<void> {
  const rig = await startCompareRig(settings);
  try {
    await act(rig);
  } finally {
    await rig.close();
  }
}

const REQUEST = message('claude-opus-4-8', { stream: true });
const LONG = text('word '.repeat(2_000));

/** What goes wrong with the copy, and how its pair says so; without words there is none. */
const FAULTS: readonly (readonly [what: string, shadow: Answer, outcome: string | undefined])[] = [
  ['never answers', never(), undefined],
  ['answers and falls silent', heldAfter(LONG, 1, new Promise(() => undefined)), undefined],
  ['is slow', paced(text('slowly'), 20), 'ok'],
  ['refuses with 429', status(429), 'error'],
  ['refuses with 500', status(500), 'error'],
  ['sends a web page', html(), 'broken'],
  ['sends garbage', garbage(), 'broken'],
  ['fails in its first event', errorFirst(), 'broken'],
  ['dies in mid-stream', cut(LONG, 900, 'reset'), 'broken'],
  ['ends its stream early', cut(LONG, 900, 'end'), 'broken'],
  ['says more than is kept', repeated(LONG, 60), 'broken'],
  ['compresses unasked', gzipped(text('zipped')), 'ok'],
];

test('the client’s answer is byte for byte the same, whatever the copy does', async () => {
  await withRig({ compare: { timeout: 60_000, answerBytes: 256 * 1024 } }, async (rig) => {
    rig.primary.script({ answer: text('the answer', { input: 10, output: 5 }) });
    await rig.admin('PUT', '/api/mode', { mode: 'anthropic-only' });
    const alone = strip(await rig.ask(REQUEST));
    await rig.admin('PUT', '/api/mode', { mode: 'compare' });
    for (const [what, answer, outcome] of FAULTS) {
      await rig.admin('POST', '/api/breakers/reset', {});
      rig.shadow.reset();
      rig.shadow.script({ answer });
      const answered = await rig.ask(REQUEST);
      assert.deepEqual(strip(answered), alone, what);
      await rig.shadow.request(1);
      const id = String(answered.headers['x-switchyard-exchange']);
      if (outcome === undefined) continue;
      const { pair } = await until(`the pair when it ${what}`, () => rig.pair(id).catch(() => undefined));
      assert.equal(pair.b.outcome, outcome, what);
      assert.equal(pair.a.outcome, 'ok', what);
      assert.equal(pair.agreement !== null, outcome === 'ok', what);
    }
    const stats = await rig.admin<Record<string, number>>('GET', '/api/stats');
    assert.deepEqual([stats['total_requests'], stats['failed_requests']], [FAULTS.length + 1, 0]);
    assert.equal((await rig.copies()).running, 2, 'those that hang');
  });
});

/** Ids are new with every request of the script. */
function strip({ status: code, body, whole }: { status: number; body: Buffer; whole: boolean }): unknown {
  return [code, whole, body.toString().replaceAll(/scripted\d+/g, 'id')];
}

test('a copy that takes too long is ended, and its target learns of it', async () => {
  await withRig({ compare: { timeout: 150 } }, async (rig) => {
    rig.shadow.script({ answer: never() });
    await rig.ask(REQUEST);
    const [pair] = await rig.pairs(1);
    assert.deepEqual([pair?.b.outcome, pair?.b.error], ['error', 'upstream_total_timeout']);
    assert.equal((await rig.copies()).running, 0);
  });
});

test('a shadow that cannot be reached at all changes nothing', async () => {
  await withRig({}, async (rig) => {
    await rig.shadow.close();
    assert.equal((await rig.ask(REQUEST)).status, 200);
    const [pair] = await rig.pairs(1);
    assert.deepEqual([pair?.b.outcome, pair?.b.error], ['error', 'upstream_unreachable']);
  });
});

test('copies open the breaker of their own target, respect it, and leave that of the primary alone', async () => {
  await withRig({}, async (rig) => {
    rig.shadow.script({ answer: status(500) });
    for (let index = 1; index <= 5; index++) {
      await rig.ask(REQUEST);
      await rig.pairs(index);
    }
    const { breakers } = await rig.admin<{ breakers: { provider: string; state: string }[] }>(
      'GET',
      '/api/breakers',
    );
    assert.deepEqual(
      breakers.map(({ provider, state }) => [provider, state]),
      [['other', 'open']],
    );
    const before = rig.shadow.requests.length;
    assert.equal((await rig.ask(REQUEST)).status, 200);
    const explained = await rig.admin<{ copy: { target: null; skipped: { reason: string }[] } }>(
      'POST',
      '/api/explain',
      { body: REQUEST },
    );
    assert.equal(explained.copy.target, null);
    assert.match(explained.copy.skipped[0]?.reason ?? '', /its breaker is open/);
    assert.equal(rig.shadow.requests.length, before);
    await rig.admin('PUT', '/api/mode', { mode: 'target' });
    await rig.admin('POST', '/api/breakers/reset', {});
    rig.shadow.reset();
    assert.equal((await rig.ask(REQUEST)).status, 200);
  });
});

/** A client that has its head and goes away. */
async function leaveEarly(rig: CompareRig): Promise<void> {
  const released = Promise.withResolvers<void>();
  rig.primary.script({ answer: heldAfter(LONG, 1, released.promise) });
  const client = await openRaw(rig.gateway.url);
  client.write(postBytes(rig.gateway.url, '/v1/messages', REQUEST));
  await rig.shadow.request(1);
  client.socket.destroy();
  await rig.gateway.record(1);
  released.resolve();
}

test('a copy outlives its client, and its pair says that the client left', async () => {
  await withRig({}, async (rig) => {
    const released = Promise.withResolvers<void>();
    rig.shadow.script({ answer: held(text('b'), released.promise) });
    await leaveEarly(rig);
    released.resolve();
    const [pair] = await rig.pairs(1);
    assert.deepEqual([pair?.a.outcome, pair?.b.outcome, pair?.agreement], ['aborted', 'ok', null]);
  });
});

test('where it is so set, a copy ends with its client', async () => {
  await withRig({ compare: { cancelWithClient: true } }, async (rig) => {
    rig.shadow.script({ answer: never() });
    await leaveEarly(rig);
    assert.equal((await (await rig.shadow.request(1)).ended).how, 'aborted');
    await until('nothing running', async () => (await rig.copies()).running === 0);
    const { samples } = await rig.admin<{ samples: SampleBody[] }>('GET', '/v1/usage/samples?role=shadow');
    assert.deepEqual(
      samples.map(({ outcome }) => outcome),
      ['aborted'],
    );
    assert.deepEqual(await rig.pairs(0), []);
  });
});

test('a shutdown waits for clients and breaks off copies; what was finished is kept', async () => {
  await withRig({}, async (rig) => {
    await rig.ask(REQUEST);
    await rig.pairs(1);
    rig.shadow.script({ answer: never() });
    const answered = Promise.withResolvers<void>();
    rig.primary.script({ answer: heldAfter(LONG, 1, answered.promise) });
    const asked = rig.ask(REQUEST);
    const copy = await rig.shadow.request(2);
    const stopped = rig.gateway.running.stop();
    assert.equal((await copy.ended).how, 'aborted');
    answered.resolve();
    assert.equal((await asked).whole, true);
    await stopped;
  });
});

test('a pair whose copy ended before a shutdown is kept when its client has its answer, too', async () => {
  await withRig({}, async (rig) => {
    const { ledger } = rig.gateway.running;
    const keepPair = ledger.keepPair.bind(ledger);
    let kept = 0;
    ledger.keepPair = async (pair) => {
      const cost = await keepPair(pair);
      kept += 1;
      return cost;
    };
    const answered = Promise.withResolvers<void>();
    rig.primary.script({ answer: heldAfter(LONG, 1, answered.promise) });
    const asked = rig.ask(REQUEST);
    await until('the copy to end', async () => {
      const { sent, running } = await rig.copies();
      return sent === 1 && running === 0;
    });
    const stopped = rig.gateway.running.stop();
    answered.resolve();
    assert.equal((await asked).whole, true);
    await stopped;
    assert.equal(kept, 1);
  });
});

test('a store that is out of order loses pairs, says so once, and no request', async () => {
  await withRig({}, async (rig) => {
    await rig.ask(REQUEST);
    await rig.pairs(1);
    await rig.gateway.running.ledger.close();
    for (let index = 0; index < 3; index++) assert.equal((await rig.ask(REQUEST)).status, 200);
    await until('the losses', async () => (await rig.copies()).lost === 3);
    const told = rig.gateway.logged.filter(({ message: line }) => line.startsWith('[Compare]'));
    assert.equal(told.length, 1);
  });
});

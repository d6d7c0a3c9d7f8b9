/** A configuration is swapped under a gateway that is at work. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { originOf } from '../../src/domain/origin.ts';
import type { Provider, ProviderLimits } from '../../src/domain/provider.ts';
import { Secret } from '../../src/lib/secret.ts';
import { call, message } from '../support/call.ts';
import { held, heldAfter, status, text } from '../support/answers.ts';
import { exampleProvider } from '../support/example-provider.ts';
import {
  exampleSnapshot,
  startInProcess,
  type InProcessGateway,
  type SnapshotChanges,
} from '../support/in-process-gateway.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { until } from '../support/until.ts';

let first: ScriptedUpstream;
let second: ScriptedUpstream;

before(async () => {
  [first, second] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
});

after(async () => {
  await Promise.all([first.close(), second.close()]);
});

function at(upstream: ScriptedUpstream, changes: Partial<Provider> = {}): Provider {
  return exampleProvider({ origin: originOf(new URL(upstream.url)), ...changes });
}

async function withGateway(
  changes: SnapshotChanges,
  act: (gateway: InProcessGateway) => Promise<void>,
): Promise<void> {
  for (const upstream of [first, second]) upstream.reset();
  const gateway = await startInProcess(changes);
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

function swap({ running }: InProcessGateway, changes: SnapshotChanges): readonly string[] {
  const source = { snapshot: exampleSnapshot(changes), path: '/new.yaml' };
  return running.configuration.applySnapshot(source).needsRestart;
}

const ask = (gateway: InProcessGateway, more: object = {}) =>
  call(gateway.url, '/v1/messages', { body: message('claude-opus-4-8', { ...more }) });

async function statusOf({ url }: InProcessGateway) {
  const { body } = await call(url, '/api/status', { method: 'GET' });
  return JSON.parse(body.toString()) as { reload: object; configuration: { path: string } };
}

test('an answer under way keeps its configuration, and the next request gets the new one', async () => {
  await withGateway({ providers: [at(first)] }, async (gateway) => {
    const gate = Promise.withResolvers<void>();
    first.script({ answer: heldAfter(text('first'), 2, gate.promise) });
    second.script({ answer: text('second') });
    const running = ask(gateway, { stream: true });
    await first.request(1);
    swap(gateway, { providers: [at(second)] });
    const next = await ask(gateway);
    assert.match(next.body.toString(), /second/);
    gate.resolve();
    const ended = await running;
    assert.deepEqual([ended.status, ended.whole], [200, true]);
    assert.match(ended.body.toString(), /first/);
    assert.match(ended.body.toString(), /message_stop/);
  });
});

test('idle connections to a provider that is gone are closed, those to one that stays are kept', async () => {
  const both = [at(first, { name: 'one' }), at(second, { name: 'two' })];
  const routes = { mappings: [] };
  await withGateway({ providers: both, routes }, async (gateway) => {
    await ask(gateway);
    assert.equal(first.openSockets, 1);
    swap(gateway, { providers: [at(second, { name: 'two' })] });
    await until('the idle connection to close', () => first.openSockets === 0);
    await ask(gateway);
    const connections = second.connections;
    swap(gateway, { providers: [at(second, { name: 'two', http: '1.1' })] });
    await ask(gateway);
    assert.equal(second.connections, connections);
  });
});

test('who waits for room gets in when the limit is raised, and when it is taken away', async () => {
  const limits: ProviderLimits = { concurrent: 1, perKey: Infinity, perClient: 1, queue: 5, wait: 20_000 };
  const wider = { ...limits, concurrent: 2, perClient: 2 };
  await withGateway({ providers: [at(first, { limits })] }, async (gateway) => {
    const gate = Promise.withResolvers<void>();
    first.script({ answer: held(text('slow'), gate.promise) });
    const answers = [ask(gateway), ask(gateway), ask(gateway)];
    await first.request(1);
    swap(gateway, { providers: [at(first, { limits: wider })] });
    await first.request(2);
    assert.equal(first.requests.length, 2);
    swap(gateway, { providers: [at(first)] });
    await first.request(3);
    gate.resolve();
    for (const { status: code } of await Promise.all(answers)) assert.equal(code, 200);
  });
});

test('a breaker outlives a swap unless its provider is another one now', async () => {
  const breakers = {
    consecutive: 1,
    ratio: 1,
    minimum: 9,
    window: 1e4,
    open: 1e5,
    openMax: 1e5,
    successes: 1,
  };
  const guard = { breakers };
  const auth = (key: string) => ({
    auth: { kind: 'secret', header: 'x-api-key', scheme: undefined, secret: new Secret(key) } as const,
  });
  const two = [at(first, { name: 'one', ...auth('a') }), at(second, { name: 'two' })];
  const to = (provider: string) => ({ provider, model: 'm' });
  const routes = {
    tiers: { opus: [to('one'), to('two')], sonnet: [to('two')], haiku: [to('two')] },
  } as const;
  await withGateway({ providers: two, guard, routes }, async (gateway) => {
    first.script({ answer: status(500), times: 1 });
    await ask(gateway);
    const open = first.requests.length;
    swap(gateway, { providers: two, guard: { breakers: { ...breakers, minimum: 8 } }, routes });
    await ask(gateway);
    assert.equal(first.requests.length, open, 'left alone as before');
    swap(gateway, {
      providers: [at(first, { name: 'one', ...auth('another') }), at(second, { name: 'two' })],
      guard,
      routes,
    });
    await ask(gateway);
    assert.equal(first.requests.length, open + 1, 'another key deserves another try');
  });
});

test('what only a restart can change stays in force and is named', async () => {
  await withGateway({ providers: [at(first)] }, async (gateway) => {
    const server = { listen: [{ host: '127.0.0.1', port: 1 }], allowedHosts: ['new.example'] };
    const waiting = swap(gateway, { providers: [at(first)], server, ledger: '/nowhere' });
    assert.deepEqual(waiting, ['server.listen', 'store']);
    const { reload, configuration } = await statusOf(gateway);
    assert.equal(configuration.path, '/new.yaml');
    assert.deepEqual(Object.entries(reload).slice(1), [
      ['needs_restart', ['server.listen', 'store']],
      ['refusals', 0],
      ['refused', null],
    ]);
    const { port } = new URL(gateway.url);
    const { status: code } = await call(gateway.url, '/health', {
      method: 'GET',
      headers: { host: `new.example:${port}` },
    });
    assert.equal(code, 200);
    assert.deepEqual(swap(gateway, { providers: [at(first)] }), [], 'back to the values of the start');
  });
});

test('a listener that throws takes nothing from the others, and is told in the log', async () => {
  await withGateway({ providers: [at(first)] }, async (gateway) => {
    const seen: string[] = [];
    const { configuration } = gateway.running;
    configuration.onSnapshot(() => {
      throw new Error('broken');
    });
    const end = configuration.onSnapshot(({ after: next }) => seen.push(next.version));
    swap(gateway, { providers: [at(first)] });
    end();
    swap(gateway, { providers: [at(first)] });
    assert.deepEqual(seen, ['test']);
    assert.equal(gateway.logged.filter(({ level }) => level === 'error').length, 2);
  });
});

test('new prices hold for what is recorded from then on', async () => {
  const ledger = mkdtempSync(join(tmpdir(), 'switchyard-prices-'));
  const priced = (input: number): SnapshotChanges => ({
    providers: [at(first)],
    ledger,
    prices: { configured: { example: { input, output: 1 } }, environment: {} },
  });
  try {
    await withGateway(priced(1), async (gateway) => {
      const query = { provider: 'example', origin: first.url, models: ['any'], at: Date.now() };
      const version = async () => (await gateway.running.ledger.findPrice(query))?.version;
      const before = await version();
      swap(gateway, priced(2));
      await until('the new price', async () => (await version()) !== before);
      swap(gateway, priced(1));
      await until('the old price again', async () => (await version()) === before);
    });
  } finally {
    rmSync(ledger, { recursive: true, force: true });
  }
});

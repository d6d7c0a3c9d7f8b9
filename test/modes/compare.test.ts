/** What mode compare does with the answers: copies, pairs, figures, and what it must leave alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SampleBody } from '../../src/contract/samples.ts';
import { held, heldAfter, status, text, toolCall } from '../support/answers.ts';
import { originOf } from '../../src/domain/origin.ts';
import { call, message } from '../support/call.ts';
import { startCompareRig, SHADOW_KEY, type CompareRig, type RigSettings } from '../support/compare-rig.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { headerOf, jsonOf, modelOf } from '../support/recorded-request.ts';
import { startOtlpCollector } from '../support/otlp-collector.ts';
import { until } from '../support/until.ts';

async function withRig(settings: RigSettings, act: (rig: CompareRig) => Promise<void>): Promise<void> {
  const rig = await startCompareRig(settings);
  try {
    await act(rig);
  } finally {
    await rig.close();
  }
}

const tool = (name: string): object => ({ name, description: '', input_schema: { type: 'object' } });
const withTools = (stream: boolean): object =>
  message('claude-opus-4-8', { stream, tools: [tool('Read'), tool('Bash')] });

for (const stream of [true, false]) {
  test(`both answers are kept with their tool calls and how they differ (${stream ? 'streamed' : 'whole'})`, async () => {
    await withRig({}, async (rig) => {
      rig.primary.script({ answer: toolCall('Read', { file_path: '/a', limit: 5 }) });
      rig.shadow.script({ answer: toolCall('Read', { limit: 5, file_path: '/b' }) });
      const answered = await rig.ask(withTools(stream));
      assert.equal(answered.status, 200);
      assert.match(String(answered.headers['x-switchyard-decision']), /^rule=compare; target=anthropic/);
      const [pair] = await rig.pairs(1);
      assert.ok(pair !== undefined);
      assert.equal(pair.id, answered.headers['x-switchyard-exchange']);
      assert.deepEqual(
        [pair.a.lane, pair.a.model, pair.b.lane, pair.b.model, pair.tier, pair.agreement],
        ['anthropic', 'claude-opus-4-8', 'other', 'cheap', 'opus', 'partly'],
      );
      const { a, b, diff } = await rig.pair(pair.id);
      assert.deepEqual(a?.calls, [{ tool: 'Read', input: '{"file_path":"/a","limit":5}' }]);
      assert.deepEqual(b?.calls, [{ tool: 'Read', input: '{"file_path":"/b","limit":5}' }]);
      assert.deepEqual([a.stop, b.stop], ['tool-call', 'tool-call']);
      assert.deepEqual(diff?.calls, [{ kind: 'arguments', tool: 'Read', a: 0, b: 0, paths: ['file_path'] }]);
    });
  });
}

test('the copy has the client’s own bytes but for the model, and the gateway’s own key', async () => {
  await withRig({}, async (rig) => {
    const padding = 'x'.repeat(300_000);
    await rig.ask(message('claude-opus-4-8', { stream: true, system: padding }));
    const copy = await rig.shadow.request(1);
    await rig.pairs(1);
    const [original] = rig.primary.requests;
    assert.ok(original !== undefined);
    assert.equal(modelOf(copy), 'cheap');
    assert.deepEqual({ ...jsonOf(copy), model: '' }, { ...jsonOf(original), model: '' });
    assert.equal(headerOf(copy, 'x-api-key'), SHADOW_KEY);
    assert.equal(headerOf(copy, 'x-shadow-request-id'), (await rig.pairs(1))[0]?.id);
    assert.equal(headerOf(original, 'x-shadow-request-id'), undefined);
    assert.equal(headerOf(original, 'x-api-key'), 'k');
  });
});

test('the metrics tell the copy from the request, and count its tokens', async () => {
  await withRig({}, async (rig) => {
    rig.shadow.script({ answer: text('second', { output: 77 }) });
    await rig.ask(message('claude-opus-4-8'));
    await rig.pairs(1);
    const metrics = (await call(rig.gateway.url, '/metrics', { method: 'GET' })).body.toString();
    assert.match(metrics, /^switchyard_requests_total\{.*provider="anthropic",outcome="answered"\} 1$/m);
    assert.match(metrics, /^switchyard_attempts_total\{.*role="primary",outcome="ok"\} 1$/m);
    const shadow = 'provider="other",model="cheap",role="shadow"';
    assert.ok(metrics.includes(`switchyard_attempts_total{${shadow},outcome="ok"} 1\n`));
    assert.ok(metrics.includes(`switchyard_tokens_total{${shadow},kind="output"} 77\n`));
  });
});

test('the copy leaves when the answer of the primary has begun, and not before', async () => {
  await withRig({}, async (rig) => {
    const head = Promise.withResolvers<void>();
    const rest = Promise.withResolvers<void>();
    rig.primary.script({ answer: held(heldAfter(text('first'), 1, rest.promise), head.promise) });
    const asked = rig.ask(message('claude-opus-4-8', { stream: true }));
    await rig.primary.request(1);
    assert.equal(rig.shadow.requests.length, 0);
    head.resolve();
    await rig.shadow.request(1);
    rest.resolve();
    assert.equal((await asked).status, 200);
    await rig.pairs(1);
  });
});

test('a request the primary refuses is not copied', async () => {
  await withRig({}, async (rig) => {
    rig.primary.script({ answer: status(400) });
    assert.equal((await rig.ask(message('claude-opus-4-8'))).status, 400);
    rig.primary.reset();
    await rig.ask(message('claude-opus-4-8'));
    await rig.pairs(1);
    assert.equal(rig.shadow.requests.length, 1, 'only the second one');
  });
});

test('tokens counted, paths forwarded and modes without a copy send none', async () => {
  await withRig({}, async (rig) => {
    const { url } = rig.gateway;
    await call(url, '/v1/messages/count_tokens', { body: message('claude-opus-4-8') });
    await call(url, '/v1/files', { method: 'GET' });
    await rig.admin('PUT', '/api/mode', { mode: 'anthropic-only' });
    await rig.ask(message('claude-opus-4-8'));
    assert.equal(rig.primary.requests.length, 3);
    assert.deepEqual([rig.shadow.requests.length, (await rig.copies()).sent], [0, 0]);
  });
});

test('copies are in the ledger as what they are, and in no figure of the clients’', async (context) => {
  const collector = await startOtlpCollector();
  context.after(() => collector.close());
  await withRig({ tracing: { enabled: true, url: `${collector.url}/v1/traces` } }, async (rig) => {
    const bill = { input: 1_000, output: 100, cacheRead: 0, cacheWrite: 0 };
    rig.primary.script({ answer: text('a', bill) });
    rig.shadow.script({ answer: text('b', { ...bill, output: 500 }) });
    for (let index = 0; index < 3; index++) await rig.ask(message('claude-opus-4-8'));
    const pairs = await rig.pairs(3);
    const stats = await rig.admin<Record<string, number> & { all_time: Record<string, number> }>(
      'GET',
      '/api/stats',
    );
    assert.deepEqual(
      [stats['total_requests'], stats['input_tokens'], stats['output_tokens']],
      [3, 3_000, 300],
    );
    assert.deepEqual(
      [stats.all_time['total_requests'], stats.all_time['output_tokens'], stats.all_time['cost_usd']],
      [3, 300, 0.006],
    );
    const samples = async (query: string): Promise<readonly SampleBody[]> =>
      (await rig.admin<{ samples: SampleBody[] }>('GET', `/v1/usage/samples?${query}`)).samples;
    assert.deepEqual(
      (await samples('')).map(({ role }) => role),
      ['primary', 'primary', 'primary'],
    );
    const shadows = await samples('role=shadow');
    assert.deepEqual(
      shadows.map(({ lane, model, cost_usd: cost, credential }) => [lane, model, cost, credential]),
      Array.from({ length: 3 }, () => ['other', 'cheap', 0.0006, 'gateway']),
    );
    const { total } = await rig.admin<{ total: Record<string, number> }>(
      'GET',
      '/v1/usage/rollups?role=shadow',
    );
    assert.deepEqual([total['requests'], total['attempts'], total['cost_usd']], [0, 3, 0.0018]);
    const id = pairs[0]?.id ?? '';
    const { exchange, attempts } = await rig.admin<{
      exchange: Record<string, unknown>;
      attempts: readonly SampleBody[];
    }>('GET', `/api/exchanges/${id}`);
    assert.deepEqual(
      [exchange['attempts'], exchange['output_tokens'], exchange['cost_usd'], exchange['lane']],
      [1, 100, 0.002, 'anthropic'],
    );
    assert.deepEqual(attempts.map(({ role }) => role).sort(), ['primary', 'shadow']);
    const spans = (await collector.received(9)).map(({ attributes }) => attributes);
    assert.deepEqual(
      spans
        .filter((span) => span['switchyard.exchange'] === id)
        .map((span) => [
          span['switchyard.attempts'],
          span['llm.cost.total'],
          span['llm.token_count.completion'],
        ]),
      [[1, 0.002, 100]],
    );
    assert.equal(spans.filter((span) => span['switchyard.attempt.role'] === 'shadow').length, 3);
    assert.ok(pairs.every(({ a, b }) => a.list_cost_usd === 0.002 && b.list_cost_usd === 0.0006));
    assert.deepEqual(
      await rig
        .admin('GET', '/api/recent')
        .then((body) => (body as { exchanges: unknown[] }).exchanges.length),
      3,
    );
    assert.equal((await rig.gateway.running.ledger.query('audit', {})).equal, true);
  });
});

test('a primary that took two tries, and its copy, are told apart in the ledger', async () => {
  await withRig({}, async (rig) => {
    rig.primary.script({ times: 1, answer: status(429, { headers: [['retry-after-ms', '20']] }) });
    const answered = await rig.ask(message('claude-opus-4-8'));
    assert.equal(answered.status, 200);
    const [pair] = await rig.pairs(1);
    const { exchange, attempts } = await rig.admin<{
      exchange: Record<string, unknown>;
      attempts: readonly SampleBody[];
    }>('GET', `/api/exchanges/${pair?.id}`);
    assert.deepEqual([exchange['attempts'], exchange['lane']], [2, 'anthropic']);
    const inOrder = attempts.toSorted((one, other) => one.ordinal - other.ordinal);
    assert.deepEqual(
      inOrder.map(({ ordinal, role, status: code }) => [ordinal, role, code]),
      [
        [0, 'primary', 429],
        [1, 'primary', 200],
        [2, 'shadow', 200],
      ],
    );
  });
});

test('a target of another format gets the request translated, and calls come back under the client’s names', async () => {
  await withRig({ shadowFormat: 'openai-chat' }, async (rig) => {
    const name = `mcp__${'very_long_'.repeat(8)}tool.with.dots`;
    rig.primary.script({ answer: toolCall(name, { path: '/a' }) });
    rig.shadow.script({
      answer: (request) => {
        const tools = jsonOf(request)['tools'] as { function: { name: string } }[];
        return toolCall(tools[0]?.function.name ?? '', { path: '/a' })(request);
      },
    });
    await rig.ask(message('claude-opus-4-8', { stream: true, tools: [tool(name)] }));
    const [pair] = await rig.pairs(1);
    assert.equal(rig.shadow.requests[0]?.target, '/v1/chat/completions');
    const { a, b } = await rig.pair(pair?.id ?? '');
    assert.deepEqual(b?.calls, [{ tool: name, input: '{"path":"/a"}' }]);
    assert.deepEqual(a?.calls, b.calls);
    assert.equal(pair?.agreement, 'agree');
  });
});

test('a client of another format than the passthrough provider’s is compared as well', async () => {
  await withRig({ shadowFormat: 'openai-chat' }, async (rig) => {
    rig.primary.script({ answer: toolCall('Read', { path: '/a' }) });
    rig.shadow.script({ answer: toolCall('Read', { path: '/a' }) });
    const parameters = { type: 'object' };
    const tools = [{ type: 'function', function: { name: 'Read', parameters } }];
    const { status: code, body } = await call(rig.gateway.url, '/v1/chat/completions', {
      headers: { 'x-api-key': 'k' },
      body: message('claude-opus-4-8', { stream: true, tools }),
    });
    assert.equal(code, 200);
    assert.match(body.toString(), /"tool_calls"/);
    const [pair] = await rig.pairs(1);
    assert.equal(rig.primary.requests[0]?.target, '/v1/messages');
    assert.equal(rig.shadow.requests[0]?.target, '/v1/chat/completions');
    assert.equal(pair?.agreement, 'agree');
  });
});

test('a copy to whoever has issued thinking signatures is translated all the same', async () => {
  await withRig({}, async (rig) => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      { type: 'text', text: 'ok' },
    ];
    const usage = { input_tokens: 1, output_tokens: 1 };
    const thought = { id: 'm', type: 'message', role: 'assistant', content, stop_reason: 'end_turn', usage };
    rig.shadow.script({ times: 1, answer: status(200, { body: thought }) });
    await rig.admin('PUT', '/api/mode', { mode: 'target' });
    assert.equal((await rig.ask(message('claude-opus-4-8'))).status, 200);
    await rig.admin('PUT', '/api/mode', { mode: 'compare' });
    const asked = { headers: { 'x-api-key': 'k' }, body: message('claude-opus-4-8') };
    assert.equal((await call(rig.gateway.url, '/v1/chat/completions', asked)).status, 200);
    const [pair] = await rig.pairs(1);
    assert.equal(rig.shadow.requests[1]?.target, '/v1/messages');
    assert.deepEqual([pair?.a.outcome, pair?.b.outcome, pair?.agreement], ['ok', 'ok', 'agree']);
  });
});

test('an answer that is longer than what is kept is the client’s all the same, and not compared', async () => {
  await withRig({ compare: { answerBytes: 2_000 } }, async (rig) => {
    rig.primary.script({ answer: text('word '.repeat(2_000)) });
    const answered = await rig.ask(message('claude-opus-4-8'));
    assert.ok(answered.body.length > 10_000);
    const [pair] = await rig.pairs(1);
    assert.deepEqual([pair?.a.outcome, pair?.b.outcome, pair?.agreement], ['ok', 'ok', null]);
    const detail = await rig.pair(pair?.id ?? '');
    assert.deepEqual([detail.a, detail.diff], [null, null]);
  });
});

test('pairs are listed page by page, filtered, counted by task and judged', async () => {
  await withRig({}, async (rig) => {
    const models = ['claude-opus-4-8', 'claude-haiku-4-5', 'claude-haiku-4-5', 'claude-sonnet-5'];
    rig.primary.script({ answer: text('the quick brown fox jumps over the lazy dog') });
    rig.shadow.script({
      when: (request) => jsonOf(request)['temperature'] === 1,
      answer: text('something else entirely was said'),
    });
    rig.shadow.script({ answer: text('The quick brown fox jumps over the lazy dog!') });
    for (const [index, model] of models.entries())
      await rig.ask(message(model, index === 0 ? { temperature: 1 } : {}));
    await rig.pairs(4);
    const page = (query: string) =>
      rig.admin<{ pairs: { id: string; tier: string; agreement: string }[]; next: string | null }>(
        'GET',
        `/api/pairs?${query}`,
      );
    const first = await page('limit=3');
    const second = await page(`limit=3&cursor=${first.next}`);
    assert.deepEqual([first.pairs.length, second.pairs.length, second.next], [3, 1, null]);
    assert.equal(new Set([...first.pairs, ...second.pairs].map(({ id }) => id)).size, 4);
    assert.deepEqual(
      (await page('tier=haiku')).pairs.map(({ agreement }) => agreement),
      ['agree', 'agree'],
    );
    assert.deepEqual(
      (await page('agreement=differ')).pairs.map(({ tier }) => tier),
      ['opus'],
    );
    assert.deepEqual((await page('task=')).pairs.length, 4);
    assert.deepEqual((await page('provider=nobody')).pairs.length, 0);
    const id = (await page('tier=sonnet')).pairs[0]?.id ?? '';
    assert.deepEqual(await rig.admin('PUT', `/api/pairs/${id}/judgement`, { judgement: 'b' }), {
      id,
      judgement: 'b',
    });
    assert.deepEqual(
      (await page('judgement=b')).pairs.map((pair) => pair.id),
      [id],
    );
    assert.equal((await page('judgement=')).pairs.length, 3);
    const { groups } = await rig.stats('tier');
    const figures = groups.map((group) => [
      group.key,
      group.pairs,
      group.agree,
      group.differ,
      group.judged.b,
    ]);
    assert.deepEqual(figures, [
      ['haiku', 2, 2, 0, 0],
      ['opus', 1, 0, 1, 0],
      ['sonnet', 1, 1, 0, 1],
    ]);
    const [haiku] = groups;
    assert.ok(haiku !== undefined && haiku.priced === 2);
    assert.ok(haiku.b.list_cost_usd > 0 && haiku.a.list_cost_usd > 9 * haiku.b.list_cost_usd);
    assert.ok((haiku.a.mean_ttft_ms ?? 0) > 0 && (haiku.b.mean_ttft_ms ?? 0) > 0);
    assert.equal(haiku.mean_text_similarity, 1);
    await rig.admin('PUT', `/api/pairs/${id}/judgement`, { judgement: null });
    assert.equal((await page('judgement=')).pairs.length, 4);
    await assert.rejects(
      rig.admin('PUT', '/api/pairs/nobody/judgement', { judgement: 'a' }),
      /No pair of answers/,
    );
    await assert.rejects(rig.admin('GET', '/api/pairs/nobody'), /No pair of answers/);
  });
});

test('pairs hold what models said, so that they need the token', async () => {
  await withRig({}, async (rig) => {
    for (const path of ['/api/pairs', '/api/pairs/stats', '/api/pairs/x'])
      assert.equal((await call(rig.gateway.url, path, { method: 'GET' })).status, 401, path);
  });
});

test('a share of the requests is copied', async () => {
  await withRig({ compare: { sample: 0.5 } }, async (rig) => {
    for (let index = 0; index < 40; index++) await rig.ask(message('claude-opus-4-8'));
    const { sent } = await rig.copies();
    assert.ok(sent > 5 && sent < 35, `${sent} of 40`);
  });
});

test('no more copies than allowed are under way at once, and what is over is not queued', async () => {
  await withRig({ compare: { maxConcurrent: 2 } }, async (rig) => {
    const released = Promise.withResolvers<void>();
    rig.shadow.script({ answer: held(text('b'), released.promise) });
    for (let index = 0; index < 5; index++) await rig.ask(message('claude-opus-4-8'));
    const busy = await until('all five', async () => {
      const counts = await rig.copies();
      return counts.sent + (counts.skipped['busy'] ?? 0) === 5 ? counts : undefined;
    });
    assert.deepEqual([busy.running, busy.sent, busy.skipped], [2, 2, { busy: 3 }]);
    released.resolve();
    await rig.pairs(2);
    assert.equal((await rig.copies()).running, 0);
  });
});

test('the limits of the target’s provider hold for copies, too, and copies do not wait', async () => {
  const limits = { concurrent: 1, perKey: Infinity, perClient: 1, queue: 5, wait: 1_000 };
  await withRig({}, async (rig) => {
    const { providers } = rig.gateway.running.configuration.snapshot();
    assert.ok(providers.has('other'));
    const limited = [...providers.values()].map((provider) =>
      provider.name === 'other'
        ? exampleProvider({ ...provider, origin: originOf(new URL(rig.shadow.url)), limits })
        : provider,
    );
    const { running } = rig.gateway;
    const snapshot = {
      ...running.configuration.snapshot(),
      providers: new Map(limited.map((one) => [one.name, one])),
    };
    running.configuration.applySnapshot({ snapshot, path: undefined });
    const released = Promise.withResolvers<void>();
    rig.shadow.script({ answer: held(text('b'), released.promise) });
    await rig.ask(message('claude-opus-4-8'));
    await rig.shadow.request(1);
    await rig.ask(message('claude-opus-4-8'));
    await until('the second', async () => (await rig.copies()).skipped['provider-busy'] === 1);
    released.resolve();
    await rig.pairs(1);
    await rig.ask(message('claude-opus-4-8'));
    await rig.pairs(2);
  });
});

test('what copies may cost a day is not passed, and requests are answered all the same', async () => {
  // A copy costs $0.0006: after two of them nothing is left.
  const bill = { input: 1_000, output: 500, cacheRead: 0, cacheWrite: 0 };
  await withRig({ compare: { moneyPerDay: 1_200_000_000n } }, async (rig) => {
    rig.shadow.script({ answer: text('b', bill) });
    for (let index = 1; index <= 2; index++) {
      await rig.ask(message('claude-opus-4-8'));
      await until('the pair', async () => (await rig.copies()).kept === index);
    }
    for (let index = 0; index < 3; index++)
      assert.equal((await rig.ask(message('claude-opus-4-8'))).status, 200);
    await until('the skips', async () => (await rig.copies()).skipped['budget'] === 3);
    assert.equal(rig.shadow.requests.length, 2);
    const { copy } = await rig.admin<{ copy: { target: unknown; skipped: { reason: string }[] } }>(
      'POST',
      '/api/explain',
      { body: message('claude-opus-4-8') },
    );
    assert.equal(copy.target, null);
    assert.match(copy.skipped.at(-1)?.reason ?? '', /on one day is spent/);
  });
});

test('a session’s warm target is what served it, never a copy’s', async () => {
  const sticky = { 'tiers.opus': { kind: 'sticky' } } as const;
  const second = exampleProvider({ name: 'second', auth: { kind: 'none' } });
  await withRig({}, async (rig) => {
    const { running } = rig.gateway;
    const before = running.configuration.snapshot();
    const opus = [
      { provider: 'second', model: 'm' },
      { provider: 'other', model: 'cheap' },
    ] as const;
    const routes = {
      ...before.routes,
      tiers: { ...before.routes.tiers, opus },
      picks: new Map(Object.entries(sticky)),
    };
    const providers = new Map([...before.providers, ['second', second] as const]);
    const compare = { ...before.compare, targets: [{ provider: 'other', model: 'cheap' }] as const };
    running.configuration.applySnapshot({
      snapshot: { ...before, routes, providers, compare },
      path: undefined,
    });
    const headers = { 'x-claude-code-session-id': '9b2d7e1c-5f0a-4c7e-9f5e-2d1c3b4a5f6e' };
    for (let index = 0; index < 2; index++) await rig.ask(message('claude-opus-4-8'), headers);
    await rig.pairs(2);
    await rig.admin('PUT', '/api/mode', { mode: 'target' });
    const explained = await rig.admin<{ targets: { provider: string }[]; evidence: string }>(
      'POST',
      '/api/explain',
      { headers, body: message('claude-opus-4-8') },
    );
    assert.equal(explained.targets[0]?.provider, 'second');
    assert.doesNotMatch(explained.evidence, /stays/);
  });
});

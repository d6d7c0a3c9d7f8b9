/** What `explain` says is what live traffic then does: a table of real-shaped requests in all formats. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Explanation } from '../src/contract/explain.ts';
import { FORMATS, type Format } from '../src/domain/format.ts';
import { originOf } from '../src/domain/origin.ts';
import { TASKS, type Task } from '../src/domain/task.ts';
import type { TargetList } from '../src/routing/route-settings.ts';
import { call } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { ADMIN_TOKEN, startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { jsonReply } from './support/reply.ts';
import { shapedRequests, type ShapedRequest } from './support/shaped-requests.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';

let upstream: ScriptedUpstream;
const gateways = new Map<Format, InProcessGateway>();

/** Every task has a route of its own, which a name gives away. */
const tasks = new Map<Task, TargetList>(
  TASKS.map((task) => [
    task,
    [
      { provider: 'big', model: `for-${task}` },
      { provider: 'small', model: 'second' },
    ],
  ]),
);

before(async () => {
  // Providers of every format answer the same; only who is asked for what matters here.
  upstream = await startScriptedUpstream({
    answer: () =>
      jsonReply(200, {
        id: 'x',
        type: 'message',
        content: [{ type: 'text', text: 'ok' }],
        choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }],
        output: [{ type: 'message' }],
        status: 'completed',
        candidates: [{ content: { parts: [{ text: 'ok' }] }, finishReason: 'STOP' }],
        input_tokens: 5,
        stop_reason: 'end_turn',
      }),
  });
  const origin = originOf(new URL(upstream.url));
  for (const format of FORMATS) {
    const provider = (name: string, models: readonly [string, number][] = []) =>
      exampleProvider({
        name,
        format,
        origin,
        basePath: `/${name}`,
        models: new Map(models.map(([model, contextWindow]) => [model, { contextWindow }])),
      });
    gateways.set(
      format,
      await startInProcess({
        providers: [provider('big'), provider('small', [['tiny', 8_000]])],
        routes: {
          tiers: {
            opus: [
              { provider: 'big', model: 'for-opus' },
              { provider: 'small', model: undefined },
            ],
            sonnet: [
              { provider: 'small', model: 'tiny' },
              { provider: 'big', model: 'for-sonnet' },
            ],
            haiku: [{ provider: 'small', model: 'for-haiku' }],
          },
          fallback: [{ provider: 'big', model: undefined }],
          mappings: [{ match: 'coder-*', targets: [{ provider: 'small', model: 'for-coder' }] }],
          subagents: new Map([['Explore', [{ provider: 'small', model: 'for-explore' }] as TargetList]]),
          tasks,
        },
      }),
    );
  }
});

after(async () => {
  for (const gateway of gateways.values()) await gateway.stop();
  await upstream.close();
});

function gatewayOf(format: Format): InProcessGateway {
  const gateway = gateways.get(format);
  assert.ok(gateway !== undefined);
  return gateway;
}

async function explain(
  gateway: InProcessGateway,
  request: Omit<ShapedRequest, 'what'>,
): Promise<Explanation> {
  const { path, headers, body } = request;
  const text = JSON.stringify({ path, headers, body });
  const answered = await call(gateway.url, '/api/explain', {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-length': String(Buffer.byteLength(text)) },
    body: text,
  });
  assert.equal(answered.status, 200, answered.body.toString());
  return JSON.parse(answered.body.toString()) as Explanation;
}

const seen = new Set<string>();

for (const format of FORMATS) {
  for (const shaped of shapedRequests(format)) {
    test(`${format}, ${shaped.what}: explained as it is then routed`, async () => {
      const gateway = gatewayOf(format);
      upstream.reset();
      const explained = await explain(gateway, shaped);
      assert.equal(upstream.requests.length, 0, 'explaining asks nobody');
      const count = gateway.records.length;
      const answered = await call(gateway.url, shaped.path, {
        headers: shaped.headers,
        body: JSON.stringify(shaped.body),
      });
      const record = await gateway.record(count + 1);
      const { decision, attempts } = record;
      assert.equal(answered.status, 200);
      const bodyOf = ({ provider, model }: { provider: string; model: string | undefined }) => ({
        provider,
        model: model ?? null,
      });
      assert.deepEqual(
        {
          rule: decision?.rule,
          route: decision?.route,
          evidence: decision?.evidence,
          tier: decision?.tier ?? null,
          task: decision?.task ?? null,
          client: record.client.name,
          targets: decision?.targets.map(bodyOf),
          skipped: decision?.skipped.map(({ target, reason }) => ({ target: bodyOf(target), reason })),
        },
        {
          rule: explained.rule,
          route: explained.route,
          evidence: explained.evidence,
          tier: explained.tier,
          task: explained.task,
          client: explained.client,
          targets: explained.targets,
          skipped: explained.skipped,
        },
      );
      const [target] = explained.targets;
      assert.equal(attempts[0]?.provider, target?.provider);
      assert.equal(attempts[0]?.sentModel, target?.model ?? record.requestedModel);
      assert.ok(String(answered.headers['x-switchyard-decision']).startsWith(`rule=${explained.rule}; `));
      assert.ok(upstream.requests[0]?.target.startsWith(`/${target?.provider}/`));
      seen.add(`${format} ${explained.route}`);
    });
  }
}

test('the table is large, and reaches every route on every format that can', () => {
  const all = FORMATS.flatMap((format) => shapedRequests(format));
  assert.ok(all.length >= 120, `${all.length} requests`);
  for (const format of FORMATS)
    for (const route of [
      'tiers.opus',
      'tiers.sonnet',
      'default',
      'mappings[0]',
      ...TASKS.map((task) => `tasks.${task}`),
    ])
      assert.ok(
        seen.has(`${format} ${route}`) || (format === 'gemini' && route === 'tasks.subagent'),
        `${format} ${route}`,
      );
  assert.ok(seen.has('anthropic-messages subagents.types.Explore'));
  for (const format of FORMATS) assert.ok(seen.has(`${format} subagent-tag`), format);
});

test('what would be refused is explained with its error, and still asks nobody', async () => {
  const gateway = gatewayOf('anthropic-messages');
  upstream.reset();
  const plain = { path: '/v1/messages', headers: {} };
  assert.equal((await explain(gateway, { ...plain, body: '{"model"' })).answered_here, 'malformed_body');
  assert.equal((await explain(gateway, { ...plain, body: { messages: [] } })).answered_here, 'model_missing');
  const other = await explain(gateway, { path: '/v1/files', headers: {}, body: {} });
  assert.deepEqual([other.rule, other.targets[0]?.provider], ['passthrough', 'big']);
  assert.equal(upstream.requests.length, 0);
});

test('what no target could be asked is explained as the refusal that live traffic gets, with its reason', async () => {
  const gateway = gatewayOf('openai-chat');
  upstream.reset();
  const body = {
    model: 'claude-opus-4-8',
    max_tokens: 9_000,
    messages: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 8 }],
  };
  const explained = await explain(gateway, { path: '/v1/messages', headers: {}, body });
  const answered = await call(gateway.url, '/v1/messages', { body: JSON.stringify(body) });
  assert.equal(answered.status, 400);
  const { rule, task, answered_here: code, skipped } = explained;
  const told = `rule=${rule}; task=${task ?? ''}; error=${code ?? ''}; attempts=0; `;
  assert.ok(String(answered.headers['x-switchyard-decision']).startsWith(told), told);
  assert.deepEqual(explained.targets, []);
  assert.match(skipped[0]?.reason ?? '', /web_search runs at the provider/);
  assert.equal(upstream.requests.length, 0);
});

test('everything a request could have been taken for is told, and why a target is passed over', async () => {
  const gateway = gatewayOf('anthropic-messages');
  const long = shapedRequests('anthropic-messages').find(
    ({ what }) => what === 'an image in a long conversation',
  );
  assert.ok(long !== undefined);
  const explained = await explain(gateway, long);
  assert.equal(explained.task, 'image');
  assert.deepEqual(
    explained.other_tasks.map(({ task }) => task),
    ['long_context'],
  );
  assert.ok((explained.prompt_tokens ?? 0) > 80_000);
  const plain = shapedRequests('anthropic-messages').find(({ what }) => what === 'effort medium');
  assert.ok(plain !== undefined);
  const body = plain.body as { messages: unknown[] };
  const longer = { ...body, messages: [{ role: 'user', content: 'x'.repeat(60_000) }, ...body.messages] };
  assert.match(
    (await explain(gateway, { ...plain, body: longer })).skipped[0]?.reason ?? '',
    /do not fit into its 8000/,
  );
});

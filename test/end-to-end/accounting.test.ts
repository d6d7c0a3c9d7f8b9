import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createAdminClient, type AdminClient } from '../../src/admin-client/admin-client.ts';
import type { ResponseOf } from '../../src/contract/endpoints.ts';
import { originOf } from '../../src/domain/origin.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cut,
  errorAfter,
  errorFirst,
  gzipped,
  heldAfter,
  status,
  text,
  toolCall,
} from '../support/answers.ts';
import { call, message } from '../support/call.ts';
import { exampleProvider } from '../support/example-provider.ts';
import { startInProcess, type InProcessGateway } from '../support/in-process-gateway.ts';
import { openRaw, postBytes } from '../support/raw-client.ts';
import { modelOf } from '../support/recorded-request.ts';
import { until } from '../support/until.ts';
import type { Answer } from '../support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';

type Sample = ResponseOf<'samples'>['samples'][number];

const BILL = { input: 1_200, output: 340, cacheRead: 5_600, cacheWrite: 0 };
const directory = mkdtempSync(join(tmpdir(), 'switchyard-accounting-'));

let upstream: ScriptedUpstream;
let second: ScriptedUpstream;
let gateway: InProcessGateway;
let admin: AdminClient;

before(async () => {
  upstream = await startScriptedUpstream();
  second = await startScriptedUpstream();
  const at = (name: string, where: ScriptedUpstream) =>
    exampleProvider({ name, origin: originOf(new URL(where.url)) });
  gateway = await startInProcess({
    providers: [
      at('plain', upstream),
      at('other', second),
      { ...at('chat', upstream), format: 'openai-chat', basePath: '/v1' },
      exampleProvider({ name: 'nobody' }),
      { ...at('guessing', upstream), countTokens: 'estimate' },
    ],
    routes: {
      mappings: [
        { match: 'chat-*', targets: [{ provider: 'chat', model: undefined }] },
        { match: 'guess', targets: [to('guessing')] },
        { match: 'cascade-*', targets: [to('plain'), to('other')] },
        { match: 'unreachable-*', targets: [to('nobody'), to('other')] },
      ],
    },
    ledger: directory,
    prices: { configured: { plain: { input: 3, output: 15, cacheRead: 0.3 } }, environment: {} },
  });
  admin = createAdminClient({ url: gateway.url });
});

after(async () => {
  await gateway.stop();
  await Promise.all([upstream.close(), second.close()]);
  rmSync(directory, { recursive: true });
});

beforeEach(() => {
  upstream.reset();
  second.reset();
});

function to(provider: string) {
  return { provider, model: undefined };
}

/** The stored tries of one request for a model that no other test asks for. */
async function attemptsOf(
  model: string,
  body: object = {},
  path = '/v1/messages',
): Promise<readonly Sample[]> {
  const count = gateway.records.length;
  await call(gateway.url, path, { body: { ...message(model), ...body } });
  await gateway.record(count + 1);
  const { exchanges } = await admin.call('exchanges', { query: { limit: '1' } });
  const detail = await admin.call('exchange', { parameters: { id: exchanges[0]?.id ?? '' } });
  assert.equal(detail.exchange.requested_model, model);
  return detail.attempts;
}

async function onlyAttempt(...request: Parameters<typeof attemptsOf>): Promise<Sample> {
  const [attempt, ...more] = await attemptsOf(...request);
  assert.ok(attempt !== undefined && more.length === 0);
  return attempt;
}

/** What must not depend on how an answer travelled. */
function tupleOf(sample: Sample) {
  const {
    input_tokens,
    output_tokens,
    cache_read_tokens,
    tool_calls,
    usage_quality,
    outcome,
    status: code,
  } = sample;
  return { input_tokens, output_tokens, cache_read_tokens, tool_calls, usage_quality, outcome, code };
}

const ANSWERS: readonly [string, Answer][] = [
  ['text', text('seven words are said to you here', BILL)],
  ['a tool call', toolCall('Bash', { command: 'ls' })],
];

for (const [what, answer] of ANSWERS)
  test(`${what} is the same in the books, streamed or whole, from Anthropic or from Chat`, async () => {
    upstream.script({ answer });
    const whole = tupleOf(await onlyAttempt(`whole-${what}`));
    const streamed = tupleOf(await onlyAttempt(`streamed-${what}`, { stream: true }));
    const chat = tupleOf(await onlyAttempt(`chat-${what}`, {}, '/v1/chat/completions'));
    const asked = { stream: true, stream_options: { include_usage: true } };
    const chatStreamed = tupleOf(await onlyAttempt(`chat-s-${what}`, asked, '/v1/chat/completions'));
    assert.equal(whole.usage_quality, 'exact');
    assert.deepEqual(streamed.output_tokens, whole.output_tokens);
    // Bodies differ in size, so may prompts.
    const parts = (tuple: typeof whole) => ({ ...tuple, input_tokens: undefined });
    for (const tuple of [streamed, chat, chatStreamed]) assert.deepEqual(parts(tuple), parts(whole));
    if (what === 'text') assert.deepEqual([streamed, chat, chatStreamed], [whole, whole, whole]);
  });

test('cost is tokens times price, to the last digit', async () => {
  upstream.script({ answer: text('x', BILL) });
  const { cost_usd, list_cost_usd, cost_flags, price } = await onlyAttempt('priced');
  assert.equal(cost_usd, (1_200 * 3 + 5_600 * 0.3 + 340 * 15) / 1e6);
  assert.deepEqual([list_cost_usd, cost_flags], [cost_usd, []]);
  assert.match(price ?? '', /^config:/);
});

const FALLBACKS: readonly [string, string, number | null, string][] = [
  ['a refusal', 'cascade-a', 503, 'status_fallback'],
  ['a provider that cannot be reached', 'unreachable-a', null, 'net_fallback'],
];

for (const [what, model, firstStatus, reason] of FALLBACKS)
  test(`after ${what} both tries are in the books, the second with its reason`, async () => {
    upstream.script({ answer: status(503) });
    const attempts = await attemptsOf(model);
    assert.deepEqual(
      attempts.map((attempt) => [attempt.ordinal, attempt.status, attempt.decision]),
      [
        [0, firstStatus, 'mapping'],
        [1, 200, reason],
      ],
    );
    assert.equal(attempts[0]?.cost_usd, 0, 'what was refused cost nothing');
  });

test('an answer that breaks off keeps what was told and counts what passed, flagged', async () => {
  const words = 'words that came through before the line went dead. '.repeat(40);
  upstream.script({ answer: cut(text(words, BILL), 20_000, 'reset') });
  const attempt = await onlyAttempt('broken-off', { stream: true });
  assert.deepEqual(
    [attempt.outcome, attempt.usage_quality, attempt.input_tokens, attempt.cache_read_tokens],
    ['broken', 'estimated', 1_200, 5_600],
  );
  assert.ok(attempt.cost_flags.includes('estimated'));
  assert.ok((attempt.output_tokens ?? 0) > 0 && (attempt.cost_usd ?? 0) > 0);
});

test('an answer that a provider ends with an error of its own is no success, whatever its status', async () => {
  upstream.script({ answer: errorAfter(text('some words before it', BILL), 4) });
  const attempt = await onlyAttempt('error-inside', { stream: true });
  assert.deepEqual(
    [attempt.outcome, attempt.status, attempt.error, attempt.stop_reason],
    ['broken', 200, 'upstream_error_event', 'overloaded_error'],
  );
  assert.equal(attempt.input_tokens, 1_200);
  assert.ok((attempt.cost_usd ?? 0) > 0, 'what was used before is paid');
  assert.equal(gateway.records.at(-1)?.outcome.kind, 'broken');
});

test('a name of a megabyte reaches the provider whole and is written down as a name', async () => {
  const name = `endless-${'x'.repeat(1_000_000)}`;
  const count = gateway.records.length;
  await call(gateway.url, '/v1/messages', { body: message(name) });
  const record = await gateway.record(count + 1);
  assert.equal(modelOf(await upstream.request(1)), name);
  assert.ok(JSON.stringify(record).length < 5_000, 'the record is no longer than any other');
  const { exchanges } = await admin.call('exchanges', { query: { limit: '1' } });
  assert.match(exchanges[0]?.requested_model ?? '', /^endless-x{191}…$/);
});

test('the first of several targets that errs inside its answer is recorded so, and the second as answering for it', async () => {
  upstream.script({ answer: errorFirst() });
  const attempts = await attemptsOf('cascade-inside', { stream: true });
  assert.deepEqual(
    attempts.map(({ outcome, error, decision }) => [outcome, error, decision]),
    [
      ['broken', 'upstream_error_event', 'mapping'],
      ['ok', null, 'status_fallback'],
    ],
  );
});

test('an answer whose end tells no usage is not taken at the word of its beginning', async () => {
  const words = text('a good many words, more than the one token its beginning tells', BILL);
  const untold: Answer = async (request) => {
    const reply = await words(request);
    const isEnd = (piece: Buffer) => piece.includes('event: message_delta');
    const silent = Buffer.from(
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":null}\n\n',
    );
    return { ...reply, pieces: reply.pieces.map((piece) => (isEnd(piece) ? silent : piece)) };
  };
  upstream.script({ answer: untold });
  const attempt = await onlyAttempt('untold', { stream: true });
  assert.deepEqual([attempt.outcome, attempt.usage_quality], ['ok', 'estimated']);
  assert.ok((attempt.output_tokens ?? 0) > 10, String(attempt.output_tokens));
});

test('a compressed answer has a time to first token, too', async () => {
  upstream.script({ answer: gzipped(text('zipped words', BILL)) });
  const attempt = await onlyAttempt('zipped', { stream: true });
  assert.equal(attempt.usage_quality, 'exact');
  assert.ok((attempt.ttft_ms ?? -1) > 0);
});

test('tokens that nobody told are unknown in the list of requests, not zero', async () => {
  upstream.script({ answer: status(400) });
  await attemptsOf('untold-refused');
  const { exchanges } = await admin.call('exchanges', { query: { limit: '1' } });
  const [refused] = exchanges;
  assert.deepEqual(
    [refused?.status, refused?.input_tokens, refused?.output_tokens, refused?.cache_read_tokens],
    [400, null, null, null],
  );
});

test('a request for which nobody was asked is in no total, neither since the start nor of all time', async () => {
  const before = await admin.call('stats');
  assert.equal((await call(gateway.url, '/v1/messages', { body: '{"model' })).status, 400);
  const { all_time, total_requests, failed_requests, unasked_requests } = await admin.call('stats');
  assert.equal(unasked_requests, before.unasked_requests + 1);
  assert.deepEqual([total_requests, failed_requests], [before.total_requests, before.failed_requests]);
  assert.equal(all_time?.total_requests, total_requests);
});

for (const [encoding, user] of [
  ['UTF-8', Buffer.from('Zoë 文').toString('latin1')],
  ['Latin-1', 'Zo\u00eb'],
] as const)
  test(`a label in ${encoding} is stored as it is meant`, async () => {
    const client = await openRaw(gateway.url);
    const body = JSON.stringify(message(`label-${encoding}`));
    const count = gateway.records.length;
    const head = `POST /v1/messages HTTP/1.1\r\nhost: ${new URL(gateway.url).host}\r\nx-switchyard-user: ${user}\r\nx-switchyard-project: \r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    client.write(Buffer.from(head + body, 'latin1'));
    const { labels } = await gateway.record(count + 1);
    client.destroy();
    assert.deepEqual(labels, { project: undefined, user: encoding === 'UTF-8' ? 'Zoë 文' : 'Zoë' });
  });

for (const [format, path] of [
  ['anthropic', '/v1/messages'],
  ['chat', '/v1/chat/completions'],
] as const)
  test(`an aborted stream of ${format} is estimated to within a tenth of its text`, async () => {
    const words = 'some words that a model may well have said '.repeat(50);
    const { promise: never } = Promise.withResolvers<undefined>();
    upstream.script({ answer: heldAfter(text(words, BILL), 40, never) });
    const model = format === 'chat' ? 'chat-aborted' : 'aborted';
    const count = gateway.records.length;
    const client = await openRaw(gateway.url);
    client.write(postBytes(gateway.url, path, { ...message(model), stream: true }));
    const textIn = () => {
      const pieces = client
        .exchanged()
        .body.toString()
        .matchAll(/"(?:text|content)":"([^"]+)"/g);
      return [...pieces].reduce((sum, [, piece = '']) => sum + piece.length, 0);
    };
    const passed = await until('the pieces before the hold', () => textIn() >= 37 * 12 && textIn());
    client.destroy();
    await gateway.record(count + 1);
    const { samples } = await admin.call('samples', { query: { model } });
    const [attempt] = samples;
    assert.deepEqual([attempt?.outcome, attempt?.usage_quality], ['aborted', 'estimated']);
    const estimate = attempt?.output_tokens ?? 0;
    assert.ok(Math.abs(estimate - passed / 4) < passed / 40 + 2, `${estimate} for ${passed / 4} tokens`);
  });

test('an estimate of tokens learns from what the provider counts in real requests', async () => {
  const count = async () => {
    const { body } = await call(gateway.url, '/v1/messages/count_tokens', { body: message('guess') });
    return (JSON.parse(body.toString()) as { input_tokens: number }).input_tokens; // As count-tokens.ts writes it.
  };
  const guessed = await count();
  upstream.script({ answer: text('x', { input: guessed * 2, output: 1, cacheRead: 0, cacheWrite: 0 }) });
  const { input_tokens } = await onlyAttempt('guess');
  assert.equal(input_tokens, guessed * 2);
  assert.equal(await count(), guessed * 2);
});

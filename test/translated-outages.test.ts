/** A cascade whose targets speak different formats: what fails is replaced before the client sees any of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Format } from '../src/domain/format.ts';
import { originOf } from '../src/domain/origin.ts';
import { agent, cut, errorFirst, heldAfter, status } from './support/answers.ts';
import { call, message } from './support/call.ts';
import { exampleProvider } from './support/example-provider.ts';
import { startInProcess, type InProcessGateway } from './support/in-process-gateway.ts';
import { jsonReply, sseEvent, streamReply, type Answer } from './support/reply.ts';
import { startScriptedUpstream, type ScriptedUpstream } from './support/scripted-upstream.ts';

let chat: ScriptedUpstream;
let messages: ScriptedUpstream;

before(async () => {
  [chat, messages] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()]);
});

after(async () => {
  await Promise.all([chat.close(), messages.close()]);
});

async function inCascade(act: (gateway: InProcessGateway) => Promise<void>): Promise<void> {
  chat.reset();
  messages.reset();
  const at = (name: string, format: Format, { url }: ScriptedUpstream) =>
    exampleProvider({ name, format, origin: originOf(new URL(url)) });
  const gateway = await startInProcess({
    providers: [at('chat', 'openai-chat', chat), at('messages', 'anthropic-messages', messages)],
    routes: {
      fallback: [
        { provider: 'chat', model: 'c' },
        { provider: 'messages', model: 'm' },
      ],
    },
  });
  try {
    await act(gateway);
  } finally {
    await gateway.stop();
  }
}

const chunk = (delta: object, finish: string | null): string =>
  sseEvent({
    id: 'x',
    object: 'chat.completion.chunk',
    model: 'c',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

const empty: Answer = () =>
  streamReply(
    [chunk({ role: 'assistant', content: '' }, null), chunk({}, 'stop'), sseEvent('[DONE]')],
    undefined,
  );

const FAILURES: readonly (readonly [what: string, answer: Answer])[] = [
  ['a 429', status(429, { headers: [['retry-after', '20']] })],
  ['an internal error', status(500)],
  ['an unknown model', status(400, { body: { error: { message: 'm', code: 'model_not_found' } } })],
  ['an error as the first event', errorFirst()],
  ['an empty stream', empty],
  [
    'an empty body',
    () =>
      jsonReply(200, { choices: [{ message: { role: 'assistant', content: '' }, finish_reason: 'stop' }] }),
  ],
  ['a stream that is cut in front of its content', cut(empty, 40, 'reset')],
];

for (const [what, answer] of FAILURES) {
  test(`${what} from a provider of another format: the client gets the next target’s answer alone`, () =>
    inCascade(async (gateway) => {
      chat.script({ answer });
      const answered = await call(gateway.url, '/v1/messages', { body: message('any', { stream: true }) });
      const body = answered.body.toString();
      assert.equal(answered.status, 200);
      assert.equal(body.match(/event: message_start/g)?.length, 1);
      assert.match(body, /message_stop/);
      assert.deepEqual(
        gateway.records[0]?.attempts.map(({ provider }) => provider),
        ['chat', 'messages'],
      );
    }));
}

test('an answer of another format is let go with its first content', () =>
  inCascade(async (gateway) => {
    const released = Promise.withResolvers<void>();
    chat.script({ answer: heldAfter(agent, 3, released.promise) });
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify(message('any', { stream: true })),
    });
    assert.equal(response.status, 200, 'before the rest has come');
    released.resolve();
    assert.match(await response.text(), /message_start[\s\S]*content_block_delta[\s\S]*message_stop/);
    assert.equal(messages.requests.length, 0);
  }));

test('a wrong request is told in the client’s format, and no other target is bothered', () =>
  inCascade(async (gateway) => {
    const error = { error: { message: 'messages: too strange', type: 'invalid_request_error' } };
    chat.script({ answer: status(400, { body: error }) });
    const answered = await call(gateway.url, '/v1/messages', { body: message('any') });
    assert.equal(answered.status, 400);
    assert.match(answered.body.toString(), /"type":"error"[\s\S]*too strange/);
    assert.equal(messages.requests.length, 0);
  }));

test('an answer that ran into the limit of its request is the client’s: nobody else is paid for another one', () =>
  inCascade(async (gateway) => {
    const choice = { message: { role: 'assistant', content: 'Once upon a' }, finish_reason: 'length' };
    chat.script({ answer: () => jsonReply(200, { choices: [choice] }) });
    const tools = [{ name: 'Bash', input_schema: { type: 'object', properties: {} } }];
    const answered = await call(gateway.url, '/v1/messages', { body: message('any', { tools }) });
    const { content, stop_reason: reason } = JSON.parse(answered.body.toString()) as Record<string, unknown>;
    assert.deepEqual([content, reason], [[{ type: 'text', text: 'Once upon a' }], 'max_tokens']);
    assert.equal(messages.requests.length, 0);
  }));

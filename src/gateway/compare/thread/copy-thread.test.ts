import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { context, target, TRANSLATED } from '../../../../fixtures/translation.ts';
import { requestBody, answerEvents, chatAnswerEvents } from '../../../../bench/workload.ts';
import { translateRequest, type RequestTranslation } from '../../../formats/translate.ts';
import { CopyThread } from './copy-thread.ts';
import { readPair } from './read-pair.ts';

const thread = new CopyThread();
after(() => thread.close());

const BODY = requestBody();

function translation(changes: Partial<RequestTranslation> = {}): RequestTranslation {
  const { answerModel, created, newId, reasoningFields } = context('anthropic-messages');
  return {
    from: 'anthropic-messages',
    body: Buffer.from(BODY),
    client: { model: undefined, stream: undefined },
    target: target('openai-chat'),
    answer: { answerModel, created, newId, reasoningFields },
    policy: 'lenient',
    ...changes,
  };
}

for (const format of TRANSLATED)
  test(`a request is translated to ${format} as it is on the event loop, and its bytes stay the caller’s`, async () => {
    const input = translation({ target: target(format), shape: { effort: 'low' } });
    const here = translateRequest(input);
    const there = await thread.translate(input);
    assert.equal(there.body.toString(), here.body.toString());
    assert.deepEqual(
      [there.headers, there.warnings, there.stream],
      [here.headers, here.warnings, here.stream],
    );
    const { toolNames, newId, ...rest } = there.context;
    const { toolNames: names, newId: id, ...same } = here.context;
    assert.deepEqual(rest, same);
    assert.deepEqual(toolNames.clients, names.clients);
    assert.equal(newId, id);
    assert.deepEqual(input.body, BODY);
  });

const LOSSY = { model: 'm', max_tokens: 9, top_k: 5, messages: [{ role: 'user', content: 'hi' }] };

const REFUSED: readonly (readonly [what: string, code: string, changes: Partial<RequestTranslation>])[] = [
  ['what is no JSON', 'malformed_body', { body: Buffer.from('{"model":') }],
  [
    'a loss that the strict policy forbids',
    'capability_rejected',
    { body: Buffer.from(JSON.stringify(LOSSY)), policy: 'strict' },
  ],
];

for (const [what, code, changes] of REFUSED)
  test(`${what} is refused in the same words, and the next request is translated`, async () => {
    const input = translation(changes);
    const refusal = { name: 'GatewayError', code };
    assert.throws(() => translateRequest(input), refusal);
    await assert.rejects(thread.translate(input), refusal);
    assert.ok((await thread.translate(translation())).body.length > 0);
  });

test('a pair is read as it would be here, and the memory of its answers goes along', async () => {
  const sides = () => ({
    one: { format: 'anthropic-messages', tools: new Map(), bytes: bytesOf(answerEvents()) } as const,
    other: { format: 'openai-chat', tools: new Map(), bytes: bytesOf(chatAnswerEvents()) } as const,
  });
  const here = sides();
  const there = sides();
  assert.deepEqual(await thread.read(there.one, there.other), readPair(here.one, here.other));
  assert.deepEqual([there.one.bytes.length, there.other.bytes.length], [0, 0]);
  const { agreement, content } = await thread.read(sides().one, { ...sides().other, bytes: undefined });
  assert.equal(agreement, undefined);
  assert.deepEqual(Object.keys(JSON.parse(content) as object), ['primary']);
});

function bytesOf(events: readonly (Buffer | string)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(events.join('')));
}

test('what waits when the thread is closed is refused, and later work starts another', async () => {
  const waiting = assert.rejects(thread.translate(translation()), { code: 'internal', message: /stops/ });
  await thread.close();
  await waiting;
  assert.ok((await thread.translate(translation())).body.length > 0);
});

test(
  'the thread leaves the processor to those who answer clients',
  { skip: process.platform !== 'linux' },
  async () => {
    await thread.translate(translation());
    const niceness = readdirSync('/proc/self/task').map((id) => {
      const [, fields = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ');
      return Number(fields.split(' ')[16]);
    });
    const [own = 0] = niceness;
    assert.equal(
      niceness.filter((nice) => nice >= Math.max(own, 10)).length,
      own >= 10 ? niceness.length : 1,
    );
  },
);

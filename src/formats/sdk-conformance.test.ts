/** The official SDKs read translated streams and must put together what they read from the original. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutAt, fixture } from '../../fixtures/play.ts';
import { SDK_CLIENTS } from '../../fixtures/sdk-clients.ts';
import { chatStream, receive, streamFixtures } from '../../fixtures/translation.ts';
import type { Format } from '../domain/format.ts';

/** Streams the SDK of their own format cannot read: broken on purpose, or with frames it ignores. */
const UNREADABLE = new Set(['error-mid-stream.txt', 'unnamed-frames.txt', 'failed.txt', 'function-call.txt']);

const FORMATS = Object.keys(SDK_CLIENTS) as Format[];

for (const from of FORMATS)
  for (const to of FORMATS)
    for (const file of streamFixtures(from).filter((name) => from !== to && !UNREADABLE.has(name)))
      test(`${from}/${file}: the SDK of ${to} puts together the same, however the bytes are cut`, async () => {
        const bytes = fixture(`${from}/${file}`);
        const original = await SDK_CLIENTS[from]?.([bytes]);
        for (const step of [bytes.length, 977, 101, 7]) {
          const cuts = Array.from({ length: Math.floor(bytes.length / step) }, (_, at) => at * step);
          const { text } = receive(from, to, cutAt(bytes, cuts));
          assert.deepEqual(await SDK_CLIENTS[to]?.([Buffer.from(text)]), original);
        }
      });

test('a broken stream shows an OpenAI client no end', () => {
  const { text } = receive('anthropic-messages', 'openai-chat', [
    fixture('anthropic-messages/thinking-and-tool.txt').subarray(0, 900),
  ]);
  assert.equal(text.includes('[DONE]'), false);
});

test('an Anthropic client throws on a broken stream', async () => {
  const { text } = receive('openai-chat', 'anthropic-messages', [chatStream([{ content: 'half' }], null)]);
  await assert.rejects(
    async () => SDK_CLIENTS['anthropic-messages']?.([Buffer.from(text)]),
    /closed the connection/,
  );
});

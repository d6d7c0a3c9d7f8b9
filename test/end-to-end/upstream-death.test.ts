import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import OpenAI from 'openai';
import type { Death, DeathDialect } from '../long/upstream-death.ts';
import { deathsIn, play } from '../long/upstream-death.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { KEY_VARIABLE, oneProvider, startGateway } from '../support/gateway.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { soon } from '../support/until.ts';

const FORMATS = { anthropic: 'anthropic-messages', chat: 'openai-chat' } as const;

/** What an SDK's user sees: the loop over the stream must throw, and soon. */
const readWithSdk: Readonly<Record<DeathDialect, (gatewayUrl: string) => Promise<void>>> = {
  async anthropic(gatewayUrl) {
    const client = new Anthropic({ baseURL: gatewayUrl, apiKey: 'k', maxRetries: 0 });
    const messages = [{ role: 'user', content: 'hello' }] as const;
    const stream = await client.messages.create({
      model: 'claude-sonnet-5-5',
      max_tokens: 10,
      messages: [...messages],
      stream: true,
    });
    for await (const event of stream) assert.notEqual(event.type, 'message_stop');
  },
  async chat(gatewayUrl) {
    const client = new OpenAI({ baseURL: `${gatewayUrl}/v1`, apiKey: 'k', maxRetries: 0 });
    const stream = await client.chat.completions.create({
      model: 'claude-sonnet-5-5',
      messages: [{ role: 'user', content: 'hello' }],
      stream: true,
    });
    for await (const chunk of stream) assert.equal(chunk.choices[0]?.finish_reason ?? null, null);
  },
};

for (const dialect of ['anthropic', 'chat'] as const) {
  const deaths: readonly Death[] = await deathsIn(dialect);

  describe(`an upstream of the ${dialect} dialect that dies`, () => {
    const opened = new AsyncDisposableStack();
    let upstream: ScriptedUpstream;
    let gateway: RunningGateway;
    before(async () => {
      upstream = await startScriptedUpstream();
      opened.defer(async () => upstream.close());
      gateway = await startGateway({
        yaml: oneProvider(upstream.url, FORMATS[dialect]),
        environment: { [KEY_VARIABLE]: 'k' },
      });
      opened.defer(async () => gateway.stop());
    });
    after(async () => opened.disposeAsync());

    for (const death of deaths) {
      test(`${death.name}: the client cannot mistake it for a whole answer`, async () => {
        assert.equal(await play(death, { gatewayUrl: gateway.url, upstream }), undefined);
      });
    }

    test('the official SDK throws within a second, whatever way it dies', async () => {
      const quiet: string[] = [];
      for (const { name, answer } of deaths) {
        upstream.reset();
        upstream.script({ answer });
        const reading = readWithSdk[dialect](gateway.url).then(
          () => 'no error',
          (thrown: unknown) => (thrown instanceof assert.AssertionError ? 'a forged end' : 'thrown'),
        );
        const result = await soon(`${name} to throw`, reading, 1_000).catch(() => 'hung');
        if (result !== 'thrown') quiet.push(`${name}: ${result}`);
      }
      assert.deepEqual(quiet, []);
    });
  });
}

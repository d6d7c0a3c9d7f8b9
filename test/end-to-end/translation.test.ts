/** Every client format on every provider format, through the running gateway. */
import Anthropic from '@anthropic-ai/sdk';
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import OpenAI from 'openai';
import type { Wire } from '../../fixtures/translation.ts';
import { FORMATS, type Format } from '../../src/domain/format.ts';
import { call } from '../support/call.ts';
import { modelAt, startFourFormats, UPSTREAM_KEY, type FourFormats } from '../support/four-formats.ts';
import { headerOf } from '../support/recorded-request.ts';

let four: FourFormats;
before(async () => {
  four = await startFourFormats();
});
after(async () => four?.close());
beforeEach(() => four.upstream.reset());

const SCHEMA = {
  type: 'object',
  properties: { command: { type: 'string' } },
  required: ['command'],
} as const;
const QUESTION = 'What is in nonce.txt?';
const RESULT = 'NONCE-abcdef01';

interface Trip {
  readonly command: unknown;
  readonly text: string;
  readonly model: string;
}

/** A question, the shell call that answers it, its result, and the closing words: with the official SDKs. */
const TRIPS: Record<Format, (model: string, stream: boolean) => Promise<Trip>> = {
  'anthropic-messages': async (model, stream) => {
    const client = new Anthropic({ baseURL: four.gateway.url, apiKey: 'k', maxRetries: 0 });
    const ask = async (messages: Anthropic.MessageParam[]): Promise<Anthropic.Message> => {
      const body = {
        model,
        max_tokens: 500,
        tools: [{ name: 'Bash', input_schema: { ...SCHEMA, required: ['command'] } }],
        messages,
      };
      return stream ? client.messages.stream(body).finalMessage() : client.messages.create(body);
    };
    const first = await ask([{ role: 'user', content: QUESTION }]);
    const use: Wire = first.content.find((block) => block.type === 'tool_use');
    const last: Wire = await ask([
      { role: 'user', content: QUESTION },
      { role: 'assistant', content: first.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: RESULT }] },
    ]);
    assert.equal(first.stop_reason, 'tool_use');
    return { command: use.input.command, text: last.content[0].text, model: last.model };
  },
  'openai-chat': async (model, stream) => {
    const client = new OpenAI({ baseURL: `${four.gateway.url}/v1`, apiKey: 'k', maxRetries: 0 });
    const ask = async (messages: Wire): Promise<Wire> => {
      const body: Wire = {
        model,
        tools: [{ type: 'function', function: { name: 'Bash', parameters: SCHEMA } }],
        messages,
      };
      return stream
        ? client.chat.completions
            .stream({ ...body, stream_options: { include_usage: true } })
            .finalChatCompletion()
        : client.chat.completions.create(body);
    };
    const first = await ask([{ role: 'user', content: QUESTION }]);
    const { message } = first.choices[0];
    const [use] = message.tool_calls;
    const last = await ask([
      { role: 'user', content: QUESTION },
      { role: 'assistant', content: null, tool_calls: message.tool_calls },
      { role: 'tool', tool_call_id: use.id, content: RESULT },
    ]);
    assert.equal(first.choices[0].finish_reason, 'tool_calls');
    return {
      command: JSON.parse(use.function.arguments).command,
      text: last.choices[0].message.content,
      model: last.model,
    };
  },
  'openai-responses': async (model, stream) => {
    const client = new OpenAI({ baseURL: `${four.gateway.url}/v1`, apiKey: 'k', maxRetries: 0 });
    const ask = async (input: Wire): Promise<Wire> => {
      const body: Wire = {
        model,
        tools: [{ type: 'function', name: 'Bash', parameters: SCHEMA, strict: false }],
        input,
      };
      return stream ? client.responses.stream(body).finalResponse() : client.responses.create(body);
    };
    const question = { role: 'user', content: QUESTION };
    const first = await ask([question]);
    const use = first.output.find((item: Wire) => item.type === 'function_call');
    const last = await ask([
      question,
      ...first.output,
      { type: 'function_call_output', call_id: use.call_id, output: RESULT },
    ]);
    return { command: JSON.parse(use.arguments).command, text: last.output_text, model: last.model };
  },
  gemini: async (model, stream) => {
    const verb = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
    const ask = async (contents: Wire): Promise<Wire> => {
      const body = { contents, tools: [{ functionDeclarations: [{ name: 'Bash', parameters: SCHEMA }] }] };
      const answer = await call(four.gateway.url, `/v1beta/models/${model}:${verb}`, { body });
      const said = answer.body.toString();
      assert.equal(answer.status, 200, said);
      const chunks: Wire[] = stream
        ? said
            .split('\n')
            .filter((line) => line.startsWith('data: '))
            .map((line) => JSON.parse(line.slice(6)))
        : [JSON.parse(said)];
      return {
        parts: chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []),
        model: chunks[0].modelVersion,
      };
    };
    const question = { role: 'user', parts: [{ text: QUESTION }] };
    const first = await ask([question]);
    const use = first.parts.find((part: Wire) => part.functionCall !== undefined).functionCall;
    const last = await ask([
      question,
      { role: 'model', parts: first.parts },
      { role: 'user', parts: [{ functionResponse: { name: 'Bash', response: { output: RESULT } } }] },
    ]);
    const text = last.parts.map((part: Wire) => part.text ?? '').join('');
    return { command: use.args.command, text, model: last.model };
  },
};

for (const from of FORMATS)
  for (const to of FORMATS.filter((format) => format !== from))
    describe(`${from} client, ${to} provider`, () => {
      for (const stream of [true, false])
        test(`a tool round trip works ${stream ? 'streamed' : 'whole'}, and is metered as it is billed`, async () => {
          const before = four.gateway.records.length;
          const trip = await TRIPS[from](modelAt(to), stream);
          assert.equal(trip.command, 'cat nonce.txt');
          assert.equal(trip.text, 'DONE-abcdef01');
          assert.equal(trip.model, modelAt(to), 'the answer names the model that was asked for');
          await four.gateway.record(before + 2);
          const records = four.gateway.records.slice(before);
          const seen = records.map(({ attempts }) => [attempts[0]?.usage.input, attempts[0]?.usage.output]);
          const billed = four.upstream.ledger.map((row) => [row.billed?.input, row.billed?.output]);
          assert.deepEqual(seen, billed);
          assert.deepEqual(
            records.map(({ outcome }) => outcome),
            [
              { kind: 'answered', status: 200 },
              { kind: 'answered', status: 200 },
            ],
          );
          for (const request of four.upstream.requests) {
            assert.ok(request.rawHeaders.join('\n').includes(UPSTREAM_KEY));
            assert.equal(headerOf(request, 'accept-encoding'), 'identity');
            const names = request.rawHeaders
              .filter((_, at) => at % 2 === 0)
              .join(' ')
              .toLowerCase();
            assert.doesNotMatch(names, /stainless|anthropic-beta|cookie|openai-/);
          }
        });
    });

/** How much generated text a meter believes to have seen: the ground for estimates of answers that break off. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { cutAt } from '../../fixtures/play.ts';
import { errorEvent } from '../../test/support/answers.ts';
import { anthropicEvents } from '../../test/support/anthropic-script.ts';
import { chatEvents } from '../../test/support/chat-script.ts';
import { responseEvents } from '../../test/support/responses-script.ts';
import { createMeter as createAnthropicMeter } from './anthropic-messages/meter.ts';
import { createMeter as createGeminiMeter } from './gemini/meter.ts';
import { createMeter as createChatMeter } from './openai-chat/meter.ts';
import { createMeter as createResponsesMeter } from './openai-responses/meter.ts';
import type { ResponseMeter } from './wire-format.ts';

const TEXT = 'a few words that a model may well have said. '.repeat(60);
const ANSWERED = {
  model: 'claude-sonnet-5-5',
  id: 'scripted1',
  saying: { kind: 'text', text: TEXT },
  billed: { input: 10, output: 20, cacheRead: 0, cacheWrite: 0 },
} as const;

interface Subject {
  readonly meter: () => ResponseMeter;
  readonly events: readonly string[];
  /** The event of an error, in the same dialect. */
  readonly error: string;
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  'anthropic-messages': {
    meter: () => createAnthropicMeter(true),
    events: anthropicEvents(ANSWERED),
    error: errorEvent('anthropic'),
  },
  'openai-chat': {
    meter: () => createChatMeter(true),
    events: chatEvents(ANSWERED, 'no usage'),
    error: errorEvent('chat'),
  },
  'openai-responses': {
    meter: () => createResponsesMeter(true),
    events: responseEvents(ANSWERED),
    error: errorEvent('responses'),
  },
};

/** The text in the events, as their deltas spell it. */
function textIn(events: readonly string[]): number {
  const deltas = events.filter((event) => /delta/.test(event)).join('');
  return [...deltas.matchAll(/"(?:text|content|delta)":"([^"]*)"/g)].reduce(
    (sum, [, text = '']) => sum + text.length,
    0,
  );
}

for (const [name, { meter, events, error }] of Object.entries(SUBJECTS))
  describe(name, () => {
    test('while text passes, the meter knows how much to within a tenth', () => {
      for (const share of [0.3, 0.5, 0.9]) {
        const passed = events.slice(0, Math.floor(events.length * share));
        const subject = meter();
        subject.push(Buffer.from(passed.join('')));
        const truth = textIn(passed);
        assert.ok(truth > 300, 'the test looks at text');
        const told = subject.textBytes();
        assert.ok(Math.abs(told - truth) <= truth / 10 + 10, `${told} for ${truth}`);
      }
    });

    test('it does not matter how the bytes were cut', () => {
      const bytes = Buffer.from(events.slice(0, 120).join(''));
      const whole = meter();
      whole.push(bytes);
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
          const subject = meter();
          for (const piece of cutAt(bytes, cuts)) subject.push(piece);
          assert.equal(subject.textBytes(), whole.textBytes());
        }),
      );
    });

    test('before any content, and of an error alone, there is none', () => {
      assert.equal(meter().textBytes(), 0);
      const subject = meter();
      subject.push(Buffer.from(error));
      assert.equal(subject.textBytes(), 0);
    });
  });

test('a whole body that broke off counts by its bytes', () => {
  const subject = createAnthropicMeter(false);
  subject.push(Buffer.from('{"type":"message","content":[{"type":"text","text":"half of'));
  assert.ok(subject.textBytes() > 20);
});

test('Gemini tells its usage with every chunk, so nothing is estimated', () => {
  const subject = createGeminiMeter(true);
  subject.push(Buffer.from('data: {"candidates":[{"content":{"parts":[{"text":"some text"}]}}]}\n\n'));
  assert.equal(subject.textBytes(), 0);
});

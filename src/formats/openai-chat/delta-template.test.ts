import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { DeltaTemplate } from './delta-template.ts';

function matches(example: string, frame: string): boolean {
  const template = new DeltaTemplate();
  const learnt = Buffer.from(example);
  template.learn(learnt, 0, learnt.length);
  learnt.fill(0);
  // Bytes around the frame prove that its range is kept to.
  const bytes = Buffer.from(`{"${frame}"}`);
  return template.matches(bytes, 2, bytes.length - 2);
}

const frame = (delta: object, rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n`;

describe('a frame is recognised', () => {
  const example = frame({ content: 'a' }, { obfuscation: 'xyz' });
  const same: [name: string, frame: string][] = [
    ['with another text', frame({ content: 'something longer' }, { obfuscation: '' })],
    ['with an empty text', frame({ content: '' }, { obfuscation: 'q' })],
    ['with quotes and backslashes', frame({ content: '\\"\\\\"' }, { obfuscation: 'q' })],
    ['with letters beyond ASCII', frame({ content: '漢😀é' }, { obfuscation: 'q' })],
    ['with text that looks like JSON', frame({ content: '"},"usage":{"a":1}}' }, { obfuscation: 'q' })],
  ];
  for (const [name, other] of same) test(name, () => assert.equal(matches(example, other), true));
});

describe('a frame is not recognised', () => {
  const example = frame({ content: 'a' });
  const different: [name: string, frame: string][] = [
    ['with a finish reason', example.replace('null', '"stop"')],
    ['with another key', frame({ content: 'a' }, { usage: { prompt_tokens: 1 } })],
    ['with one key less', frame({})],
    ['with a text that is null', frame({ content: 'a' }).replace('"a"', 'null')],
    ['with another id', example.replace('"x"', '"y"')],
    ['cut off', example.slice(0, -4)],
    ['cut off in its text', example.slice(0, example.indexOf('"a"') + 2)],
    ['with something after it', `${example}data: 1\n`],
  ];
  for (const [name, other] of different) test(name, () => assert.equal(matches(example, other), false));

  test('before anything was learnt', () => {
    const bytes = Buffer.from(example);
    assert.equal(new DeltaTemplate().matches(bytes, 0, bytes.length), false);
  });

  test('after an example without text, or one too large to be worth it', () => {
    assert.equal(matches(frame({ role: 'a' }), frame({ role: 'a' })), false);
    const large = frame({ content: 'a' }, { padding: 'x'.repeat(5000) });
    assert.equal(matches(large, large), false);
  });
});

test('the latest example counts', () => {
  const template = new DeltaTemplate();
  const [first, second] = [Buffer.from(frame({ content: 'a' })), Buffer.from(frame({ reasoning: 'b' }))];
  template.learn(first, 0, first.length);
  template.learn(second, 0, second.length);
  assert.equal(template.matches(first, 0, first.length), false);
  assert.equal(template.matches(second, 0, second.length), true);
});

test('what is recognised decodes to the example but for its free texts', () => {
  const withoutTexts = (text: string): unknown =>
    JSON.parse(text.slice('data: '.length), (key, value: unknown) =>
      ['content', 'reasoning', 'arguments'].includes(key) && typeof value === 'string' ? '' : value,
    );
  const value = fc.oneof(fc.string(), fc.constant(null), fc.constantFrom('"', '\\', '\\"', '"}'));
  const delta = fc.dictionary(fc.constantFrom('content', 'reasoning', 'arguments', 'role'), value, {
    maxKeys: 3,
  });
  fc.assert(
    fc.property(delta, delta, (one, other) => {
      const [example, candidate] = [frame({ ...one }), frame({ ...other })];
      if (matches(example, candidate)) assert.deepEqual(withoutTexts(candidate), withoutTexts(example));
    }),
    { numRuns: 3000 },
  );
});

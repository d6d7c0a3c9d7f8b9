import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateTokens } from '../formats/estimate-tokens.ts';
import { TokenScale } from './token-scale.ts';

const time = { now: 0 };
const clock = { now: () => 0, monotonic: () => time.now };
const body = Buffer.from(
  JSON.stringify({ messages: [{ role: 'user', content: 'many words '.repeat(400) }] }),
);
const plain = estimateTokens(body);

/** Counts how often a body is parsed, by the only thing a parse needs of it. */
function counted(): { readonly buffer: Buffer; parses(): number } {
  const buffer = Buffer.from(body);
  let parses = 0;
  const toString = buffer.toString.bind(buffer);
  buffer.toString = (...encoding) => {
    parses += 1;
    return toString(...encoding);
  };
  return { buffer, parses: () => parses };
}

test('without a lesson the plain estimate holds', () => {
  assert.equal(new TokenScale(clock).estimate('zai/glm', body), plain);
});

test('one lesson corrects the model it is about and no other', () => {
  const scale = new TokenScale(clock);
  scale.learn('zai/glm', body, plain * 1.5);
  assert.equal(scale.estimate('zai/glm', body), Math.round(plain * 1.5));
  assert.equal(scale.estimate('zai/other', body), plain);
});

test('further lessons move the estimate towards what is counted', () => {
  const scale = new TokenScale(clock);
  scale.learn('m', body, plain);
  for (let lesson = 0; lesson < 30; lesson += 1) {
    time.now += 10_000;
    scale.learn('m', body, plain * 1.3);
  }
  assert.ok(Math.abs(scale.estimate('m', body) - plain * 1.3) < plain * 0.01);
});

test('a busy model is not parsed for every request', () => {
  const scale = new TokenScale(clock);
  const { buffer, parses } = counted();
  for (let request = 0; request < 100; request += 1) scale.learn('busy', buffer, plain);
  assert.equal(parses(), 1);
});

test('an odd request cannot spoil the estimate: lessons are bounded, and nothing counted is no lesson', () => {
  const scale = new TokenScale(clock);
  scale.learn('m', body, 0);
  assert.equal(scale.estimate('m', body), plain);
  scale.learn('m', body, plain * 1_000);
  assert.equal(scale.estimate('m', body), plain * 4);
  assert.ok(scale.estimate('m', Buffer.alloc(0)) >= 1);
});

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

test('a busy model teaches once in ten seconds: a lesson costs a parse of the request', () => {
  const scale = new TokenScale(clock);
  for (let request = 0; request < 100; request += 1) scale.learn('busy', body, plain * (2 + request / 100));
  assert.equal(scale.estimate('busy', body), plain * 2);
});

test('an odd request cannot spoil the estimate: lessons are bounded, and nothing counted is no lesson', () => {
  const scale = new TokenScale(clock);
  scale.learn('m', body, 0);
  assert.equal(scale.estimate('m', body), plain);
  scale.learn('m', body, plain * 1_000);
  assert.equal(scale.estimate('m', body), plain * 4);
  assert.ok(scale.estimate('m', Buffer.alloc(0)) >= 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureText } from './measure-text.ts';
import { TokenModel } from './token-model.ts';

/** Chance with a memory: the same numbers in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const PROSE = 'the gateway reads a request and decides which model at which provider answers it ';
const CODE = 'if (a[i] !== b.c(2)) { return { x: 0.25, "y": [1, 2, 3] }; } // T52\n';
const CHINESE = '网关读取请求并决定由哪个提供商的哪个模型回答';

/** A conversation of prose, code and Chinese in a random mixture. */
function conversation(random: () => number): Buffer {
  const pieces = Array.from({ length: 5 + Math.floor(random() * 60) }, () => {
    const dice = random();
    const text = dice < 0.5 ? PROSE : dice < 0.9 ? CODE : CHINESE;
    return { role: 'user', content: text.repeat(1 + Math.floor(random() * 8)) };
  });
  return Buffer.from(JSON.stringify({ model: 'm', messages: pieces }));
}

/** Three tokenisers that cut text quite differently, each with a prompt of its own in front. */
const TOKENISERS: Readonly<Record<string, (text: string) => number>> = {
  'pieces of words': (text) =>
    200 + (text.match(/[a-z]{1,5}|\d{1,3}|[\u0080-\uffff]|[^\sa-z\d]+/gi)?.length ?? 0),
  'single marks': (text) => 4 + (text.match(/[a-z]+|\d|[\u0080-\uffff]{1,2}|[^\sa-z\d]/gi)?.length ?? 0),
  'a third of the bytes': (text) => Math.ceil(Buffer.byteLength(text) / 3),
};

for (const [name, count] of Object.entries(TOKENISERS))
  test(`after 50 exchanges the median error is below 5 %: ${name}`, () => {
    const random = dice(7);
    const model = new TokenModel();
    for (let round = 0; round < 50; round++) {
      const body = conversation(random);
      model.learn(measureText(body), count(body.toString()));
    }
    const errors = Array.from({ length: 101 }, () => {
      const body = conversation(random);
      const truth = count(body.toString());
      return Math.abs(model.estimate(measureText(body)) - truth) / truth;
    }).sort((left, right) => left - right);
    assert.ok((errors[50] ?? 1) < 0.05, `median ${errors[50]}`);
    assert.ok((errors[95] ?? 1) < 0.15, `95th percentile ${errors[95]}`);
  });

test('before anything is learned, English prose and code are estimated within 40 %', () => {
  const count = TOKENISERS['pieces of words'] ?? (() => 0);
  const body = Buffer.from(JSON.stringify({ messages: [{ content: PROSE.repeat(90) + CODE.repeat(30) }] }));
  const truth = count(body.toString());
  assert.ok(Math.abs(new TokenModel().estimate(measureText(body)) - truth) / truth < 0.4);
});

test('an attachment counts as one, whatever its length', () => {
  const image = (length: number) =>
    measureText(Buffer.from(JSON.stringify({ data: 'iVBORw0KGgo'.repeat(length) })));
  assert.equal(image(1_000).attachments, 1);
  assert.equal(new TokenModel().estimate(image(1_000)), new TokenModel().estimate(image(100_000)));
});

test('an attachment that was cheaper than thought leaves the model as it is', () => {
  const model = new TokenModel();
  const measure = { words: 10, marks: 0, foreign: 0, strings: 1, attachments: 3 };
  model.learn(measure, 50);
  assert.equal(model.samples, 0);
});

test('the same few requests over and over do not spoil the estimate of others', () => {
  const model = new TokenModel();
  const one = Buffer.from(JSON.stringify({ messages: [{ content: PROSE }] }));
  for (let round = 0; round < 500; round++) model.learn(measureText(one), 30);
  const long = measureText(Buffer.from(JSON.stringify({ messages: [{ content: PROSE.repeat(100) }] })));
  const estimate = model.estimate(long);
  assert.ok(estimate > 500 && estimate < 5_000, String(estimate));
});

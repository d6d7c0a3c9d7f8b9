import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatShapedTarget, splitModelSuffix } from './model-suffix.ts';

const TABLE: readonly (readonly [name: string, model: string, shape: object])[] = [
  ['o4-mini:high', 'o4-mini', { effort: 'high' }],
  ['claude-opus-4:8k', 'claude-opus-4', { thinkingTokens: 8_192 }],
  ['claude-opus-4:8000', 'claude-opus-4', { thinkingTokens: 8_000 }],
  ['gpt-5:none', 'gpt-5', { effort: 'none' }],
  ['stepfun/step-3.5-flash:free', 'stepfun/step-3.5-flash:free', {}],
  ['stepfun/step-3.5-flash:free:low', 'stepfun/step-3.5-flash:free', { effort: 'low' }],
  ['x:4k:high', 'x', { thinkingTokens: 4_096, effort: 'high' }],
  ['deepseek/r1:nitro', 'deepseek/r1:nitro', {}],
  ['a/b:online', 'a/b:online', {}],
  ['claude:thinking', 'claude:thinking', {}],
  ['gpt-oss:20b', 'gpt-oss:20b', {}],
  ['model:2', 'model:2', {}],
  ['llama3:latest', 'llama3:latest', {}],
  [':high', ':high', {}],
];

for (const [name, model, shape] of TABLE) {
  test(`${name} is ${model} with ${JSON.stringify(shape)}`, () => {
    assert.deepEqual(splitModelSuffix(name), { model, shape });
  });
}

test('a target written with its endings is read back as the same', () => {
  for (const [name, , shape] of TABLE) {
    const { model, ...split } = splitModelSuffix(name);
    const text = formatShapedTarget({ provider: 'p', model, shape: split.shape });
    const again = splitModelSuffix(text.slice('p/'.length));
    assert.deepEqual(again, { model, shape });
  }
});

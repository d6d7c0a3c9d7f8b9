import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tier } from '../domain/tier.ts';
import { tierOfModel } from './tier-of-model.ts';

const none: ReadonlyMap<string, Tier> = new Map();

const cases: readonly (readonly [string, Tier | undefined])[] = [
  ['claude-haiku-4-5-20251001', 'haiku'],
  ['claude-haiku-5-5', 'haiku'],
  ['claude-3-5-haiku-latest', 'haiku'],
  ['claude-sonnet-4-5', 'sonnet'],
  ['claude-3-7-sonnet-20250219', 'sonnet'],
  ['claude-sonnet-5-5[1m]', 'sonnet'],
  ['claude-opus-4-8', 'opus'],
  ['anthropic/claude-opus-4-8[1m]', 'opus'],
  ['openrouter/anthropic/claude-sonnet-4.5', 'sonnet'],
  ['us.anthropic.claude-haiku-4-5-v1:0', 'haiku'],
  ['CLAUDE-OPUS-5', 'opus'],
  ['small', 'haiku'],
  ['middle', 'sonnet'],
  ['big', 'opus'],
  ['opus', 'opus'],
  ['claude-fable-5-2', undefined],
  ['glm-4.7', undefined],
  ['gpt-6.1-sol', undefined],
  ['haiku-latest', 'haiku'],
  ['haikus-of-basho', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
  ['', undefined],
];

for (const [model, tier] of cases) {
  test(`the model name "${model}" means ${tier ?? 'no tier'}`, () => {
    assert.equal(tierOfModel(model, none), tier);
  });
}

test('an exact name from the configuration decides before the name itself', () => {
  const names = new Map<string, Tier>([
    ['glm-4.7', 'haiku'],
    ['claude-opus-4-8', 'sonnet'],
  ]);
  assert.equal(tierOfModel('glm-4.7', names), 'haiku');
  assert.equal(tierOfModel('glm-4.7[1m]', names), 'haiku');
  assert.equal(tierOfModel('claude-opus-4-8', names), 'sonnet');
});

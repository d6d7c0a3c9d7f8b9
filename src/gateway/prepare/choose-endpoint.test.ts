import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleProvider } from '../../../test/support/example-provider.ts';
import type { Format } from '../../domain/format.ts';
import { chooseEndpoint, quirksOf } from './choose-endpoint.ts';

const chat = exampleProvider({ format: 'openai-chat', basePath: '/chat' });
const provider = exampleProvider({
  format: 'anthropic-messages',
  formatRules: [
    { models: 'anthropic/*', format: 'anthropic-messages' },
    { models: 'only-chat', format: 'openai-chat' },
  ],
  variants: new Map([['openai-chat', chat]]),
});

test('the model’s own endpoint counts first, then the client’s format, then the provider’s', () => {
  const table: [Format, string, Format][] = [
    ['openai-chat', 'glm-5', 'openai-chat'],
    ['anthropic-messages', 'glm-5', 'anthropic-messages'],
    ['gemini', 'glm-5', 'anthropic-messages'],
    ['openai-chat', 'anthropic/claude-opus-5-5', 'anthropic-messages'],
    ['anthropic-messages', 'only-chat', 'openai-chat'],
  ];
  for (const [client, model, expected] of table)
    assert.equal(chooseEndpoint(provider, client, model).format, expected, `${client} ${model}`);
});

test('of the quirks that fit a model and the format it is asked in, the later counts', () => {
  const quirky = exampleProvider({
    format: 'openai-chat',
    quirks: [
      { models: '*', quirks: { stopLimit: 1, images: 'none' } },
      { models: '*v', quirks: { images: 'url' } },
      { models: '*', format: 'gemini', quirks: { stopLimit: 7 } },
    ],
  });
  assert.deepEqual(
    [quirksOf(quirky, 'glm-4.6').images, quirksOf(quirky, 'glm-4.6v').images],
    ['none', 'url'],
  );
  assert.equal(quirksOf(quirky, 'x').stopLimit, 1);
});

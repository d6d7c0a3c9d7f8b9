import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Secret } from './secret.ts';

const canary = 'sk-ant-oat01-canary-value-4711';
const secret = new Secret(canary);

test('a secret shows itself in no serialisation', () => {
  const texts = [
    JSON.stringify({ secret }),
    String(secret),
    ''.concat(secret.toString()),
    inspect(secret, { depth: 9, showHidden: true }),
    inspect({ deep: { secret } }, { depth: 9 }),
    JSON.stringify(structuredClone({ keys: Object.keys(secret) })),
  ];
  for (const text of texts) assert.ok(!text.includes('canary'), text);
});

test('only reveal gives the text, and the hint shows four characters of long secrets', () => {
  assert.equal(secret.reveal(), canary);
  assert.equal(secret.hint(), '…4711');
  assert.equal(new Secret('short').hint(), '…');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { textDiff } from './text-diff.ts';

test('only what changes is shown, with its line', () => {
  const before = 'a\nb\nc\nd\n';
  const after = 'a\nB\nc\nd\ne\n';
  assert.deepEqual(textDiff(before, after), ['@@ line 2 @@', '- b', '+ B', '@@ line 5 @@', '+ e']);
  assert.deepEqual(textDiff(before, before), []);
});

test('a value that looks like a secret is covered, the name of one is not', () => {
  const shown = textDiff(
    '{\n"ANTHROPIC_API_KEY": "sk-ant-api03-secret"\n}',
    '{\n"ANTHROPIC_API_KEY": "sk-ant-api03-secret",\n"envKey": "SWITCHYARD_CLIENT_KEY",\n"auth_token=": "x",\n"MAX_TOKENS": "200000"\n}',
  ).join('\n');
  assert.doesNotMatch(shown, /sk-ant/);
  assert.match(shown, /"ANTHROPIC_API_KEY": "••••••"/);
  assert.match(shown, /SWITCHYARD_CLIENT_KEY/);
  assert.match(shown, /"MAX_TOKENS": "200000"/);
});

test('any two texts: what goes and what comes is all there is between them', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const shown = textDiff(before.join('\n'), after.join('\n'));
      const count = (sign: string): number => shown.filter((line) => line.startsWith(`${sign} `)).length;
      assert.equal(Math.max(before.length, 1) - count('-') + count('+'), Math.max(after.length, 1));
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wantedLimitField } from './wanted-limit-field.ts';

const TABLE: readonly (readonly [text: string, wanted: string | undefined])[] = [
  [
    "unsupported parameter: 'max_tokens' is not supported with this model. use 'max_completion_tokens' instead.",
    'max_completion_tokens',
  ],
  ['unrecognized request argument supplied: max_completion_tokens', 'max_tokens'],
  ['{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"]}]}', 'max_tokens'],
  ['unknown field "max_tokens"', 'max_completion_tokens'],
  ['max_tokens is too large: 100000. this model supports at most 4096 tokens', undefined],
  ['unsupported parameter: temperature', undefined],
  ['max_tokens and max_completion_tokens are not allowed together', undefined],
];

for (const [text, wanted] of TABLE) {
  test(`"${text}" wants ${wanted ?? 'nothing else'}`, () => {
    assert.equal(wantedLimitField(text), wanted);
  });
}

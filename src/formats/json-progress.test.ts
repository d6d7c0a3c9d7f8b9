import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { JsonProgress, startsStructure } from './json-progress.ts';

function stateAfter(...pieces: readonly string[]): string {
  const progress = new JsonProgress();
  for (const piece of pieces) progress.push(piece);
  return progress.state;
}

test('an object is complete with its last character and not before', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, cut) => {
      const text = JSON.stringify(value);
      const at = cut % text.length;
      assert.equal(stateAfter(text.slice(0, at), text.slice(at)), 'complete');
      assert.notEqual(stateAfter(text.slice(0, at)), 'complete');
    }),
  );
});

test('blanks begin nothing', () => {
  assert.equal(stateAfter(' ', '\n\t'), 'empty');
  assert.equal(stateAfter(' ', '{'), 'open');
});

test('only objects and lists start a structure', () => {
  assert.deepEqual(['{', ' [1', '"{', '', '1'].map(startsStructure), [true, true, false, false, false]);
});

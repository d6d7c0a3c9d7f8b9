import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { mergeEdits, readMember, renameEdits, type JsonPatch } from './json-merge.ts';
import { splice } from './splice.ts';

type Members = Record<string, unknown>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7386, as it stands there. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Members = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

const names = fc.constantFrom('a', 'b', 'model', 'ä"', 'generationConfig');
const object = fc.letrec((tie) => ({
  value: fc.oneof(fc.constant(null), fc.integer(), fc.string(), fc.array(fc.integer()), tie('object')),
  object: fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).object as fc.Arbitrary<Members>;

test('a merged text means what the patch says, however it is laid out', () => {
  fc.assert(
    fc.property(object, object, fc.constantFrom(0, 1, '\t'), (target, patch, indent) => {
      const text = Buffer.from(JSON.stringify(target, null, indent));
      const result = splice(text, mergeEdits(text, patch as JsonPatch));
      assert.deepEqual(JSON.parse(result.toString()), merged(target, patch));
    }),
  );
});

test('what is there stays where only missing members are added', () => {
  fc.assert(
    fc.property(object, object, (target, patch) => {
      const text = Buffer.from(JSON.stringify(target));
      const result = splice(text, mergeEdits(text, patch as JsonPatch, 'existing'));
      assert.deepEqual(JSON.parse(result.toString()), { ...(merged({}, patch) as Members), ...target });
    }),
  );
});

test('not one byte besides the changed members differs', () => {
  const text = Buffer.from('{ "model" : "m",\n "n": 1.50 , "x": {"k":1,"l": [ 2 ]}, "é": "\\u00e9" }');
  const result = splice(text, mergeEdits(text, { n: 2, x: { k: null, m: true }, added: ['y'] }));
  assert.equal(
    result.toString(),
    '{ "model" : "m",\n "n": 2 , "x": {"l": [ 2 ],"m":true}, "é": "\\u00e9" ,"added":["y"]}',
  );
});

test('a member is renamed in place, and goes where the other name is taken', () => {
  const renamed = (text: string): string => {
    const bytes = Buffer.from(text);
    return splice(bytes, renameEdits(bytes, 'max_tokens', 'max_completion_tokens')).toString();
  };
  assert.equal(renamed('{"a":1, "max_tokens" : 5}'), '{"a":1, "max_completion_tokens" : 5}');
  assert.equal(renamed('{"max_tokens":5,"max_completion_tokens":7}'), '{"max_completion_tokens":7}');
  assert.equal(renamed('{"a":1}'), '{"a":1}');
});

test('a member is read, the last one where it stands twice', () => {
  assert.deepEqual(readMember(Buffer.from('{"a":{"b":1},"a":{"b":2}}'), 'a'), { b: 2 });
  assert.equal(readMember(Buffer.from('{"a":1}'), 'b'), undefined);
});

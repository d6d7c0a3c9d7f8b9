import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Tool } from '../../domain/tool.ts';
import { mapToolNames } from './map-tool-names.ts';

function named(name: string, namespace?: string): Tool {
  return {
    type: 'function',
    name,
    ...(namespace === undefined ? {} : { namespace }),
    description: undefined,
    parameters: {},
  };
}

const RULE = { limit: 64, wrapCustom: true };

test('every name fits, each is another, and each comes back', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(names, fc.constantFrom(64, 128), (list, limit) => {
      const map = mapToolNames(
        list.map((name) => named(name)),
        { limit, wrapCustom: true },
      );
      const sent = list.map((name) => map.toSent(name));
      assert.equal(new Set(sent).size, list.length);
      for (const [at, name] of sent.entries()) {
        assert.match(name, /^[a-zA-Z0-9_-]+$/);
        assert.ok(name.length <= limit);
        assert.equal(map.toClient(name).name, list[at]);
      }
    }),
  );
});

test('a good name is kept, also when another would become it', () => {
  const odd = 'a.b';
  const taken = mapToolNames([named(odd)], RULE).toSent(odd);
  const map = mapToolNames([named(odd), named(taken)], RULE);
  assert.equal(map.toSent(taken), taken);
  assert.notEqual(map.toSent(odd), taken);
  assert.equal(map.toClient(map.toSent(odd)).name, odd);
});

test('a namespace is joined to the name and comes apart again', () => {
  const map = mapToolNames([named('spawn', 'agents'), named('spawn')], RULE);
  assert.equal(map.toSent('spawn', 'agents'), 'agents__spawn');
  assert.deepEqual(map.toClient('agents__spawn'), { name: 'spawn', namespace: 'agents', unwrap: false });
  assert.deepEqual(map.toClient('spawn'), { name: 'spawn', namespace: undefined, unwrap: false });
});

test('names of calls whose tool is gone fit as well, and unknown names of answers pass', () => {
  const map = mapToolNames([], RULE);
  assert.match(map.toSent('gone.tool'), /^gone_tool_[0-9a-f]{8}$/);
  assert.equal(map.toClient('never_seen').name, 'never_seen');
});

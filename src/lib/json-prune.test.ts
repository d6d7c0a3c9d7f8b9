import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { pruneJson } from './json-prune.ts';
import { PruneRule } from './json-prune-rule.ts';
import { splice } from './splice.ts';

function prune(text: string, rule: PruneRule): string {
  const bytes = Buffer.from(text);
  return splice(bytes, pruneJson(bytes, rule).edits).toString();
}

function removing(...paths: string[]): PruneRule {
  const rule = new PruneRule();
  for (const path of paths) {
    const place = rule.at(path);
    place.remove = true;
    place.label = path;
  }
  return rule;
}

test('a member goes with the right comma, wherever it stands and whatever white space there is', () => {
  for (const [before, after] of [
    ['{"x":1,"a":2,"b":3}', '{"a":2,"b":3}'],
    ['{"a":2,"x":1,"b":3}', '{"a":2,"b":3}'],
    ['{"a":2,"b":3,"x":1}', '{"a":2,"b":3}'],
    ['{ "x" : 1 , "a" : 2 }', '{ "a" : 2 }'],
    ['{ "a" : 2 , "x" : 1 }', '{ "a" : 2 }'],
    ['{\n  "x": 1,\n  "x": [2],\n  "a": 2,\n  "x": {}\n}', '{\n  "a": 2\n}'],
    ['{ "x": 1 }', '{  }'],
    ['{"x":1,"x":2}', '{}'],
    ['{"\\u0078":1,"a":2}', '{"a":2}'],
    ['{"a":{"x":1}}', '{"a":{"x":1}}'],
    ['{}', '{}'],
  ] as const) {
    assert.equal(prune(before, removing('x')), after);
  }
});

test('a container that loses all it had goes too, an empty one stays', () => {
  const rule = removing('a.x', 'list[].x');
  assert.equal(prune('{"a":{"x":1},"b":2}', rule), '{"b":2}');
  assert.equal(prune('{"a":{},"list":[],"b":2}', rule), '{"a":{},"list":[],"b":2}');
  assert.equal(prune('{"list":[{"x":1},{"x":1,"y":2},{"x":3}],"b":2}', rule), '{"list":[{"y":2}],"b":2}');
  assert.equal(prune('{"list":[{"x":1},{"x":1}],"b":2}', rule), '{"b":2}');
});

test('a rule for another kind of value does nothing', () => {
  const rule = removing('a.x', 'list[].x');
  const text = '{"a":[{"x":1}],"list":{"x":1},"b":"x"}';
  assert.equal(prune(text, rule), text);
});

test('an object may decide about itself by its members, wherever they stand', () => {
  const rule = new PruneRule();
  const block = rule.at('blocks[]');
  block.reads = ['type', 'id'];
  block.decide = (view) => {
    if (view.text('type') === 'old') return 'remove';
    return view.startsWith('type', 'swap') ? Buffer.from(`{"id":"${view.text('id')}"}`) : 'keep';
  };
  block.label = 'block';
  const text = '{"blocks":[{"n":1,"type":"old"},{"type":"new"},{"type":7},4,{"id":"7","type":"swapped"}]}';
  const bytes = Buffer.from(text);
  const { edits, removed } = pruneJson(bytes, rule);
  assert.equal(splice(bytes, edits).toString(), '{"blocks":[{"type":"new"},{"type":7},4,{"id":"7"}]}');
  assert.deepEqual([...removed], [['block', 2]]);
});

test('of a repeated member the last one decides, as in JSON.parse', () => {
  const rule = new PruneRule();
  const block = rule.at('blocks[]');
  block.reads = ['type'];
  block.decide = (view) => (view.text('type') === 'old' ? 'remove' : 'keep');
  assert.equal(
    prune('{"blocks":[{"type":"old","type":"new"},{"type":"new","type":"old"}]}', rule),
    '{"blocks":[{"type":"old","type":"new"}]}',
  );
});

test('an object goes when its essential member was removed, not when it was absent', () => {
  const rule = removing('messages[].content[].x');
  rule.at('messages[]').essential = 'content';
  assert.equal(
    prune('{"messages":[{"role":"a","content":[{"x":1}]},{"role":"b"},{"content":[{"y":1,"x":1}]}]}', rule),
    '{"messages":[{"role":"b"},{"content":[{"y":1}]}]}',
  );
});

test('edits inside something that goes as a whole are dropped with it', () => {
  const rule = removing('list[].x');
  const element = rule.at('list[]');
  element.reads = ['type'];
  element.decide = (view) => (view.text('type') === 'old' ? 'remove' : 'keep');
  assert.equal(
    prune('{"list":[{"x":1,"y":1,"type":"old"},{"y":1,"x":1},{"type":"old","x":1,"z":[]}]}', rule),
    '{"list":[{"y":1}]}',
  );
});

type Json = null | number | string | Json[] | { [key: string]: Json };

const NAMES = ['a', 'b', 'list', '__proto__', 'constructor'];
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, 1, 'text', ''),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { selector: ([name]) => name })
      .map(objectOf),
  ),
}));
const paths = fc.subarray(
  ['a', '__proto__', 'b.a', 'b.b', 'list[].a', 'list[].list[].b', 'a.list[].constructor'],
  {
    minLength: 1,
  },
);

function objectOf(members: [string, Json][]): Json {
  return Object.fromEntries(members);
}

test('pruning a text equals pruning the parsed value', () => {
  fc.assert(
    fc.property(value, value, paths, fc.constantFrom(undefined, 1, '\t'), (a, b, chosen, indent) => {
      const root = objectOf([
        ['a', a],
        ['b', b],
        ['list', [a, b]],
      ]);
      const pruned: unknown = JSON.parse(prune(JSON.stringify(root, undefined, indent), removing(...chosen)));
      assert.deepEqual(pruned, pruneValue(root, chosen.map(stepsOf)) ?? {});
    }),
    { numRuns: 1000 },
  );
});

function stepsOf(path: string): string[] {
  return path.split('.').flatMap((step) => (step.endsWith('[]') ? [step.slice(0, -2), '[]'] : [step]));
}

/** The same on values: `undefined` means the value is gone. */
function pruneValue(value: Json, paths: string[][]): Json | undefined {
  if (paths.some((path) => path.length === 0)) return undefined;
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  const below = (step: string): string[][] =>
    paths.filter(([first]) => first === step).map((path) => path.slice(1));
  if (Array.isArray(value)) {
    const kept = value
      .map((element) => pruneValue(element, below('[]')))
      .filter((element) => element !== undefined);
    return kept.length === 0 && value.length > 0 ? undefined : kept;
  }
  const members = Object.entries(value);
  const kept = members.flatMap(([name, member]): [string, Json][] => {
    const left = pruneValue(member, below(name));
    return left === undefined ? [] : [[name, left]];
  });
  return kept.length === 0 && members.length > 0 ? undefined : objectOf(kept);
}

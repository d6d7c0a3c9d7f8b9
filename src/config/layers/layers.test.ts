import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { layerOfAssignments } from './layer.ts';
import { mergeLayers } from './layers.ts';
import type { Source } from '../problems/problem.ts';

const flag = (name: string): Source => ({ kind: 'flag', flag: name });
const layer = (
  name: string,
  ...entries: [path: string[], value: string | number | boolean | string[] | object][]
) =>
  layerOfAssignments(entries.map(([path, value]) => ({ path, value: value as string, source: flag(name) })));

test('the higher layer wins key by key, and each value knows where it comes from', () => {
  const merged = mergeLayers([
    layer('low', [['server', 'listen'], '1'], [['server', 'max'], 1]),
    layer('high', [['server', 'listen'], '2']),
  ]);
  assert.deepEqual(merged.values, { server: { listen: '2', max: 1 } });
  assert.deepEqual(merged.locate(['server', 'listen']), flag('high'));
  assert.deepEqual(merged.locate(['server', 'max']), flag('low'));
  assert.deepEqual(
    merged.leaves.map(({ path, source }) => [path.join('.'), source]),
    [
      ['server.listen', flag('high')],
      ['server.max', flag('low')],
    ],
  );
});

test('lists, and mappings that mean something only as a whole, are replaced', () => {
  const merged = mergeLayers([
    layer(
      'low',
      [['mappings'], ['a', 'b']],
      [['providers', 'x', 'auth'], { header: 'authorization', scheme: 'Bearer', secret: 'env:A' }],
      [['providers', 'x', 'filters', 'betas'], { allow: ['a'] }],
    ),
    layer(
      'high',
      [['mappings'], ['c']],
      [['providers', 'x', 'auth'], { secret: 'env:B' }],
      [['providers', 'x', 'filters', 'betas'], { deny: ['b'] }],
    ),
  ]);
  assert.deepEqual(merged.values, {
    mappings: ['c'],
    providers: { x: { auth: { secret: 'env:B' }, filters: { betas: { deny: ['b'] } } } },
  });
});

test('a scalar replaces a mapping and a mapping a scalar', () => {
  const up = mergeLayers([layer('a', [['k', 'inner'], 1]), layer('b', [['k'], 'none'])]);
  assert.deepEqual(up.values, { k: 'none' });
  const down = mergeLayers([layer('a', [['k'], 'none']), layer('b', [['k', 'inner'], 1])]);
  assert.deepEqual(down.values, { k: { inner: 1 } });
  assert.deepEqual(down.locate(['k', 'inner']), flag('b'));
});

test('hostile keys stay ordinary keys', () => {
  const hostile = {
    values: JSON.parse('{"__proto__":{"polluted":true},"constructor":{"x":1}}'),
    locate: () => flag('x'),
  };
  const merged = mergeLayers([hostile]);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  assert.deepEqual(Object.keys(merged.values), ['__proto__', 'constructor']);
});

test('merging a layer with nothing, on either side, changes nothing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.string(), { minKeys: 1 })),
      (values) => {
        const some = { values, locate: () => flag('some') };
        const none = layerOfAssignments([]);
        assert.deepEqual(
          Object.entries(mergeLayers([some, none]).values),
          Object.entries(mergeLayers([none, some]).values),
        );
        assert.equal(JSON.stringify(mergeLayers([some]).values), JSON.stringify(values));
      },
    ),
  );
});

test('of assignments to one path the last wins, and says so', () => {
  const assigned = layerOfAssignments([
    { path: ['a', 'b'], value: 1, source: flag('first') },
    { path: ['a', 'b'], value: 2, source: flag('second') },
  ]);
  assert.deepEqual(assigned.values, { a: { b: 2 } });
  assert.deepEqual(assigned.locate(['a', 'b']), flag('second'));
  assert.deepEqual(assigned.locate(['a', 'b', 0]), flag('second'));
});

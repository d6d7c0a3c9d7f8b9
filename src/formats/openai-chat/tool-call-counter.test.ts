import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ToolCallCounter } from './tool-call-counter.ts';

interface Fragment {
  readonly id?: string | null;
  readonly index?: number | null;
  readonly name?: string;
}

function count(deltas: readonly (readonly Fragment[])[]): number {
  const counter = new ToolCallCounter();
  const started = deltas.map((fragments) =>
    counter.read({
      tool_calls: fragments.map(({ id, index, name }) => ({ id, index, function: { name, arguments: '{' } })),
    }),
  );
  return started.reduce((sum, calls) => sum + calls, 0);
}

describe('tool calls that begin in a stream', () => {
  const cases: [name: string, deltas: Fragment[][], expected: number][] = [
    ['one call in fragments', [[{ index: 0, id: 'a', name: 'f' }], [{ index: 0 }], [{ index: 0 }]], 1],
    [
      'T1: two calls interleaved',
      [
        [{ index: 0, id: 'a', name: 'f' }],
        [{ index: 1, id: 'b', name: 'g' }],
        [{ index: 0 }],
        [{ index: 1 }],
      ],
      2,
    ],
    [
      'T2: two calls that share index 0',
      [[{ index: 0, id: 'a', name: 'f' }], [{ index: 0, id: 'b', name: 'f' }]],
      2,
    ],
    [
      'T2: two calls in one chunk',
      [
        [
          { index: 0, id: 'a', name: 'f' },
          { index: 1, id: 'b', name: 'f' },
        ],
      ],
      2,
    ],
    ['T3: no index', [[{ id: 'a', name: 'f' }], [{ index: null }]], 1],
    [
      'T4: id and name repeated in every fragment',
      [[{ index: 0, id: 'a', name: 'f' }], [{ index: 0, id: 'a', name: 'f' }]],
      1,
    ],
    [
      'T4: blank id and name in continuations',
      [[{ index: 0, id: 'a', name: 'f' }], [{ index: 0, id: '', name: '' }]],
      1,
    ],
    [
      'T4: the name repeated without the id',
      [[{ index: 0, id: 'a', name: 'f' }], [{ index: 0, name: 'f' }]],
      1,
    ],
    ['T5: no ids at all', [[{ index: 0, name: 'f' }], [{ index: 0 }], [{ index: 1, name: 'g' }]], 2],
    ['T9: the name comes late', [[{ index: 0, id: 'a' }], [{ index: 0, name: 'f' }]], 1],
    ['a new id for every fragment', [[{ index: 0, id: 'a', name: 'f' }], [{ index: 0, id: 'b' }]], 1],
    ['no call', [[], []], 0],
  ];
  for (const [name, deltas, expected] of cases) test(name, () => assert.equal(count(deltas), expected));
});

test('a custom tool call counts by its own name', () => {
  const counter = new ToolCallCounter();
  assert.equal(counter.read({ tool_calls: [{ index: 0, type: 'custom', custom: { name: 'patch' } }] }), 1);
});

test('the deprecated function_call counts once', () => {
  const counter = new ToolCallCounter();
  assert.equal(counter.read({ function_call: { name: 'f', arguments: '' } }), 1);
  assert.equal(counter.read({ function_call: { name: 'f', arguments: '{}' } }), 0);
});

test('T14: null and foreign values count nothing', () => {
  for (const tool_calls of [null, 'x', [null], [5]])
    assert.equal(new ToolCallCounter().read({ tool_calls }), 0);
});

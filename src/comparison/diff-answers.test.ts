import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Agreement, CallDiff, PairAnswer, PairCall } from '../domain/pair.ts';
import { canonicalInput } from './canonical-input.ts';
import { diffAnswers } from './diff-answers.ts';
import { textSimilarity } from './text-similarity.ts';

const call = (tool: string, input: object | string): PairCall => ({
  tool,
  input: canonicalInput({ kind: 'json', text: typeof input === 'string' ? input : JSON.stringify(input) }),
});
const answer = (calls: readonly PairCall[], text = ''): PairAnswer => ({
  text,
  calls,
  stop: calls.length > 0 ? 'tool-call' : 'end',
});

const READ = call('Read', { file_path: '/a', limit: 5 });
const CASES: readonly (readonly [
  what: string,
  a: PairAnswer,
  b: PairAnswer,
  agreement: Agreement,
  kinds: readonly CallDiff['kind'][],
])[] = [
  [
    'the same call',
    answer([READ]),
    answer([call('Read', '{ "limit":5, "file_path":"/a" }')]),
    'agree',
    ['same'],
  ],
  ['other arguments', answer([READ]), answer([call('Read', { file_path: '/b' })]), 'partly', ['arguments']],
  ['another tool', answer([READ]), answer([call('Bash', {})]), 'differ', ['only-a', 'only-b']],
  ['a call and none', answer([READ]), answer([], 'I would read it.'), 'differ', ['only-a']],
  ['one call more', answer([READ]), answer([READ, READ]), 'differ', ['same', 'only-b']],
  [
    'no arguments and an empty object',
    answer([call('Ls', '')]),
    answer([call('Ls', '{}')]),
    'agree',
    ['same'],
  ],
  ['texts worded alike', answer([], 'All is well here.'), answer([], 'all is WELL here'), 'agree', []],
  ['texts that share little', answer([], 'It is raining'), answer([], 'Sunshine all day'), 'differ', []],
  ['nothing and nothing', answer([]), answer([]), 'agree', []],
  [
    'the same calls, whatever the texts',
    answer([READ], 'first'),
    answer([READ], 'second'),
    'agree',
    ['same'],
  ],
];

for (const [what, a, b, agreement, kinds] of CASES)
  test(`${what}: ${agreement}`, () => {
    const diff = diffAnswers(a, b);
    assert.equal(diff.agreement, agreement);
    assert.deepEqual(
      diff.calls.map(({ kind }) => kind),
      kinds,
    );
  });

test('calls find the very same call first, and then one of the same tool; the order is told', () => {
  const [one, two, three] = [1, 2, 3].map((limit) => call('Read', { limit })) as [
    PairCall,
    PairCall,
    PairCall,
  ];
  const diff = diffAnswers(answer([one, two]), answer([three, one]));
  assert.deepEqual(
    diff.calls.map(({ kind, a, b }) => [kind, a, b]),
    [
      ['same', 0, 1],
      ['arguments', 1, 0],
    ],
  );
  assert.equal(diff.sameOrder, false);
  assert.equal(diffAnswers(answer([one, two]), answer([one, two])).sameOrder, true);
});

test('where arguments differ is named by path, and only the first few are', () => {
  const pathsOf = (a: object, b: object): readonly string[] | undefined =>
    diffAnswers(answer([call('Edit', a)]), answer([call('Edit', b)])).calls[0]?.paths;
  assert.deepEqual(pathsOf({ edits: [{ text: 'x' }], path: '/a' }, { edits: [{ text: 'y' }], path: '/a' }), [
    'edits.0.text',
  ]);
  assert.deepEqual(pathsOf({ a: 1 }, { b: 1 }), ['a', 'b']);
  assert.deepEqual(pathsOf({ list: [1] }, { list: { 0: 1 } }), ['list']);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, index]));
  assert.equal(pathsOf(many, {})?.length, 8);
});

test('arguments that are no JSON are compared as text', () => {
  const broken = answer([call('Read', '{"file')]);
  assert.equal(diffAnswers(broken, broken).agreement, 'agree');
  assert.deepEqual(diffAnswers(broken, answer([READ])).calls[0]?.paths, []);
});

test('scripts without blanks are compared by character', () => {
  const similarity = textSimilarity('今天天气很好', '今天天气不好') ?? 0;
  assert.ok(similarity > 0.4 && similarity < 0.9, String(similarity));
  assert.equal(textSimilarity('…', '?!'), 0);
  assert.equal(textSimilarity('…', '…'), 1);
});

test('similarity is 1 of a text with itself, the same both ways, and from 0 to 1', () => {
  const words = fc
    .array(fc.constantFrom('read', 'the', 'file', 'first', 'and', 'then', 'ü', '今'))
    .map((list) => list.join(' '));
  const text = fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 200 }));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const similarity = textSimilarity(one, other);
      assert.equal(similarity, textSimilarity(other, one));
      if (similarity === undefined) assert.equal(`${one}${other}`.trim(), '');
      else assert.ok(similarity >= 0 && similarity <= 1);
      assert.equal(textSimilarity(one, one) ?? 1, 1);
    }),
  );
});

test('an object means the same whatever the order of its keys, and its canonical text is stable', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonicalInput({ kind: 'json', text: JSON.stringify(value) });
      assert.equal(canonicalInput({ kind: 'json', text }), text);
      const reversed = JSON.stringify(reverseKeys(value));
      assert.equal(canonicalInput({ kind: 'json', text: reversed }), text);
    }),
  );
});

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reverseKeys(inner)] as const);
  return Object.fromEntries(entries.toReversed());
}

test('any two lists of calls are matched so that each call stands in the diff exactly once', () => {
  const some = fc.array(
    fc.record({ tool: fc.constantFrom('a', 'b'), input: fc.constantFrom('{}', '{"x":1}') }),
    {
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(some, some, (a, b) => {
      const { calls } = diffAnswers(answer(a), answer(b));
      const positions = (side: 'a' | 'b') =>
        calls.flatMap((diff) => diff[side] ?? []).toSorted((x, y) => x - y);
      assert.deepEqual(positions('a'), [...a.keys()]);
      assert.deepEqual(positions('b'), [...b.keys()]);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  double,
  property,
  string,
  uniqueArray,
  constantFrom,
  tuple,
} from 'fast-check';
import { Distribution } from './distribution.ts';
import { ModelLabels, OTHER } from './model-labels.ts';
import { MetricsText } from './render.ts';
import { Tally } from './tally.ts';

test('a distribution counts what a list of the same values has below each bound', () => {
  const bounds = uniqueArray(double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 8 });
  assertProperty(
    property(bounds, array(double({ min: 0, max: 20, noNaN: true })), (limits, values) => {
      const sorted = limits.toSorted((one, other) => one - other);
      const distribution = new Distribution(sorted);
      for (const value of values) distribution.observe(value);
      assert.equal(distribution.count, values.length);
      for (const { bound, count } of distribution.cumulative())
        assert.equal(count, values.filter((value) => value <= bound).length);
    }),
  );
});

test('a tally keeps combinations of words apart', () => {
  const word = constantFrom('a', 'b', 'ab', '', 'b c');
  assertProperty(
    property(array(tuple(word, word)), (added) => {
      const tally = new Tally();
      for (const words of added) tally.add(words);
      for (const [words, count] of tally.entries())
        assert.equal(count, added.filter(([one, two]) => one === words[0] && two === words[1]).length);
    }),
  );
});

test('configured models have their names, and of the others the first hundred that answered', () => {
  const labels = new ModelLabels((model) => model.startsWith('configured'));
  for (let index = 0; index < 300; index += 1)
    assert.equal(labels.labelOf(`configured-${index}`, false), `configured-${index}`);
  assert.equal(labels.labelOf('invented', false), OTHER);
  for (let index = 0; index < 100; index += 1)
    assert.equal(labels.labelOf(`seen-${index}`, true), `seen-${index}`);
  assert.equal(labels.labelOf('one-too-many', true), OTHER);
  assert.equal(labels.labelOf('seen-7', false), 'seen-7');
  assert.equal(labels.knownLabelOf('one-too-many'), OTHER);
  assert.equal(labels.labelOf(undefined, true), 'none');
});

test('no name that a caller invents breaks the text', () => {
  const labels = new ModelLabels(() => false);
  assertProperty(
    property(string({ unit: 'binary' }), (model) => {
      const label = labels.labelOf(model, true);
      assert.ok(label === OTHER || /^[\x21-\x7e]{1,100}$/.test(label));
    }),
  );
});

test('what is quoted in a label is escaped', async () => {
  const text = await new MetricsText().render({ configuration: [[{ version: 'a"b\\c' }, 1]] });
  assert.match(text, /^switchyard_config_info\{version="a\\"b\\\\c"\} 1$/m);
});

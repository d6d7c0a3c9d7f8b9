import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WarningList } from './warning.ts';

test('the same warning at the same place counts once, in the order of the first', () => {
  const warnings = new WarningList();
  warnings.add('field_dropped', 'a', 'first');
  warnings.add('part_dropped', 'a', 'other code');
  warnings.add('field_dropped', 'a', 'again');
  warnings.addAll([{ code: 'field_dropped', path: 'b', message: 'other place' }]);
  assert.deepEqual(
    warnings.list.map(({ message }) => message),
    ['first', 'other code', 'other place'],
  );
});

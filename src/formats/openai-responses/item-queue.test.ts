import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asString } from '../../domain/json-value.ts';
import { ItemQueue } from './item-queue.ts';

/** A queue, and what its readers were told, in order. */
function recorded(): { queue: ItemQueue; told: string[] } {
  const told: string[] = [];
  const queue = new ItemQueue((item) => {
    const id = asString(item['id']) ?? '?';
    told.push(`+${id}`);
    return {
      event: (type) => told.push(`${id} ${type}`),
      end: (whole) => told.push(`-${asString(whole['id'])}`),
    };
  });
  return { queue, told };
}

test('the first unfinished item is read live, the others wait', () => {
  const { queue, told } = recorded();
  queue.add(0, { id: 'a' });
  queue.add(1, { id: 'b' });
  queue.event(1, 'one', {});
  queue.event(0, 'two', {});
  assert.deepEqual(told.splice(0), ['+a', 'a two']);
  queue.done(1, { id: 'b' });
  assert.deepEqual(told.splice(0), []);
  queue.done(0, { id: 'a' });
  assert.deepEqual(told, ['-a', '+b', 'b one', '-b']);
});

test('an item that ends without a beginning is read all the same', () => {
  const { queue, told } = recorded();
  queue.done(4, { id: 'a' });
  assert.deepEqual(told, ['+a', '-a']);
});

test('events without an index mean the latest item, those of unknown ones nobody', () => {
  const { queue, told } = recorded();
  queue.event(undefined, 'early', {});
  queue.add(undefined, { id: 'a' });
  queue.event(undefined, 'x', {});
  queue.event(9, 'y', {});
  assert.deepEqual(told, ['+a', 'a x']);
});

test('the end closes what is open, by the closing response where it knows the item', () => {
  const { queue, told } = recorded();
  queue.add(0, { id: 'a', type: 'message' });
  queue.add(1, { id: 'changed', type: 'function_call', call_id: 'c' });
  queue.end([{ id: 'b', type: 'function_call', call_id: 'c' }]);
  assert.deepEqual(told, ['+a', '-a', '+changed', '-b']);
  assert.deepEqual([queue.knowsCall('c'), queue.knowsCall('d'), queue.isEmpty], [true, false, false]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Lru } from './lru.ts';

test('a full map forgets the entry that was used least recently', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  assert.equal(lru.get('a'), 1);
  lru.set('c', 3);
  assert.equal(lru.get('b'), undefined);
  assert.equal(lru.get('a'), 1);
  assert.equal(lru.size, 2);
});

test('setting a key again renews it and does not grow the map', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.set('a', 3);
  lru.set('c', 4);
  assert.equal(lru.get('a'), 3);
  assert.equal(lru.get('b'), undefined);
});

test('a deleted key is gone', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.delete('a');
  assert.equal(lru.get('a'), undefined);
  assert.equal(lru.size, 0);
});

test('whatever is done to it, it holds what a list in the order of use would hold', () => {
  const step = fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.nat(6));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
      const lru = new Lru<number, number>(capacity);
      let list: [key: number, value: number][] = [];
      for (const [index, [what, key]] of steps.entries()) {
        const known = list.find(([one]) => one === key);
        if (what === 'get') assert.equal(lru.get(key), known?.[1]);
        else if (what === 'set') lru.set(key, index);
        else lru.delete(key);
        const others = list.filter(([one]) => one !== key);
        if (what === 'set') list = [...others, [key, index]];
        else if (what === 'delete') list = others;
        else if (known !== undefined) list = [...others, known];
        list = list.slice(-capacity);
        assert.equal(lru.size, list.length);
      }
      for (const [key, value] of list) assert.equal(lru.get(key), value);
    }),
  );
});

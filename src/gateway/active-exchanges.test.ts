import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActiveExchanges, type Place } from './active-exchanges.ts';

/** Counts exchanges a, b, c …, which leave when they are cut off. */
function filled(names: string) {
  const active = new ActiveExchanges();
  const cut: string[] = [];
  const places = new Map<string, Place>();
  const leave = (name: string): void => {
    const place = places.get(name);
    if (place !== undefined) active.remove(place);
  };
  for (const name of names) {
    const cutOff = (): void => {
      cut.push(name);
      leave(name);
    };
    places.set(name, active.add({ cutOff }));
  }
  return { active, cut, leave };
}

for (const order of ['abcd', 'dcba', 'bdac', 'cadb']) {
  test(`exchanges that leave in the order ${order} leave the others in`, () => {
    for (let count = 0; count <= order.length; count += 1) {
      const { active, cut, leave } = filled('abcd');
      for (const name of order.slice(0, count)) leave(name);
      assert.equal(active.size, order.length - count);
      active.cutOffAll();
      assert.equal(cut.length, order.length - count);
      assert.deepEqual(new Set(cut), new Set(order.slice(count)));
      assert.equal(active.size, 0);
    }
  });
}

test('a drain ends with the last exchange', async () => {
  const { active, cut, leave } = filled('ab');
  const drained = active.drain(60_000);
  leave('a');
  leave('b');
  await drained;
  assert.deepEqual(cut, []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Limiter } from './limiter.ts';

function limiter(changes: Partial<ConstructorParameters<typeof Limiter>[0]> = {}): Limiter {
  return new Limiter({ concurrent: 2, perClient: 2, queue: 10, ...changes });
}

test('so many enter as there is room for, and one that leaves makes room', () => {
  const room = limiter();
  assert.deepEqual([room.tryEnter('a'), room.tryEnter('b'), room.tryEnter('c')], [true, true, false]);
  room.leave('a');
  assert.equal(room.tryEnter('c'), true);
});

test('one client gets no more than its share while there is room for others', () => {
  const room = limiter({ concurrent: 3, perClient: 1 });
  assert.deepEqual([room.tryEnter('a'), room.tryEnter('a'), room.tryEnter('b')], [true, false, true]);
});

test('the queue serves clients in turn, whoever brought more', () => {
  const room = limiter({ concurrent: 1 });
  room.tryEnter('z');
  const served: string[] = [];
  for (const client of ['a', 'a', 'a', 'b', 'c']) room.queue(client, () => served.push(client));
  for (const last of ['z', 'a', 'b', 'c', 'a']) room.leave(last);
  assert.deepEqual(served, ['a', 'b', 'c', 'a', 'a']);
});

test('a full queue takes nobody, and one who gives up makes room in it', () => {
  const room = limiter({ concurrent: 1, queue: 1 });
  room.tryEnter('a');
  const ticket = room.queue('b', () => assert.fail('gave up'));
  assert.equal(
    room.queue('c', () => undefined),
    undefined,
  );
  ticket?.giveUp();
  ticket?.giveUp();
  assert.equal(room.waiting, 0);
  assert.notEqual(
    room.queue('c', () => undefined),
    undefined,
  );
});

test('nobody overtakes those who wait', () => {
  const room = limiter({ concurrent: 1 });
  room.tryEnter('a');
  let entered = false;
  room.queue('b', () => (entered = true));
  room.leave('a');
  assert.equal(entered, true);
  assert.equal(room.tryEnter('c'), false);
});

test('one whose client has its share does not block the others', () => {
  const room = limiter({ concurrent: 2, perClient: 1 });
  room.tryEnter('a');
  room.queue('a', () => undefined);
  assert.equal(room.tryEnter('b'), true);
});

test('whatever order things happen in, the limits hold and nobody is forgotten', () => {
  const step = fc.record({
    client: fc.constantFrom('a', 'b', 'c'),
    act: fc.constantFrom('enter', 'leave', 'give-up'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const room = limiter({ concurrent: 3, perClient: 2, queue: 5 });
      const inside: string[] = [];
      const tickets: { giveUp(): void; waiting: boolean }[] = [];
      for (const { client, act } of steps) {
        if (act === 'leave') {
          const at = inside.indexOf(client);
          if (at !== -1) room.leave(inside.splice(at, 1)[0]!);
        } else if (act === 'give-up') {
          const ticket = tickets.find(({ waiting }) => waiting);
          if (ticket !== undefined) ticket.waiting = false;
          ticket?.giveUp();
        } else if (room.tryEnter(client)) inside.push(client);
        else {
          const entry = { waiting: true, giveUp: () => undefined };
          const ticket = room.queue(client, () => {
            entry.waiting = false;
            inside.push(client);
          });
          if (ticket !== undefined) tickets.push(Object.assign(entry, { giveUp: () => ticket.giveUp() }));
        }
        assert.ok(room.busy <= 3 && room.busy === inside.length);
        for (const one of ['a', 'b', 'c']) assert.ok(inside.filter((other) => other === one).length <= 2);
        assert.equal(room.waiting, tickets.filter(({ waiting }) => waiting).length);
      }
      while (inside.length > 0) room.leave(inside.shift()!);
      assert.equal(room.waiting, 0);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Accounts, Guest } from './guest.ts';
import { Limiter, type Ticket } from './limiter.ts';

/** A limiter asked in few words: `a` is a client without an owner, `k/a` one of the owner k. */
function limiter(changes: Partial<ConstructorParameters<typeof Limiter>[0]> = {}) {
  const settings = { concurrent: 2, perKey: Infinity, perClient: 2, queue: 10, ...changes };
  const room = new Limiter(settings);
  return {
    room,
    enter: (name: string, ...accounts: string[]) => room.tryEnter(guest(name), some(accounts)),
    leave: (name: string, account = 'key') => room.leave(guest(name), account),
    queue: (name: string, enter: (account: string) => void, ...accounts: string[]): Ticket | undefined =>
      room.queue(guest(name), some(accounts), enter),
  };
}

function guest(name: string): Guest {
  const [client = '', owner = ''] = name.split('/').toReversed();
  return { owner, client };
}

function some([first = 'key', ...others]: readonly string[]): Accounts {
  return [first, ...others];
}

const nothing = (): void => undefined;

test('so many enter as there is room for, and one that leaves makes room', () => {
  const { enter, leave } = limiter();
  assert.deepEqual([enter('a'), enter('b'), enter('c')], ['key', 'key', undefined]);
  leave('a');
  assert.equal(enter('c'), 'key');
});

test('one client gets no more than its share while there is room for others', () => {
  const { enter } = limiter({ concurrent: 3, perClient: 1 });
  assert.deepEqual([enter('a'), enter('a'), enter('b')], ['key', undefined, 'key']);
  assert.equal(enter('other-owner/a'), 'key', 'a session of the same name under another client key');
});

test('an account that is full makes way for the next one that will do', () => {
  const { room, enter } = limiter({ concurrent: Infinity, perKey: 1, perClient: Infinity });
  assert.deepEqual(
    [enter('a', 'one', 'two'), enter('a', 'one', 'two'), enter('a', 'one', 'two')],
    ['one', 'two', undefined],
  );
  assert.equal(room.hasRoomFor('two'), false);
  assert.equal(enter('a', 'three'), 'three');
});

test('one who waits for any of several accounts gets the first that has room', () => {
  const { enter, leave, queue } = limiter({ concurrent: Infinity, perKey: 1, perClient: Infinity });
  enter('a', 'one');
  enter('a', 'two');
  const got: string[] = [];
  queue('b', (account) => got.push(account), 'one', 'two');
  queue('c', (account) => got.push(account), 'two');
  leave('a', 'two');
  leave('a', 'one');
  assert.deepEqual(got, ['two'], 'c wants no other account');
  leave('b', 'two');
  assert.deepEqual(got, ['two', 'two']);
});

test('the queue serves clients in turn, whoever brought more', () => {
  const { enter, leave, queue } = limiter({ concurrent: 1 });
  enter('z');
  const served: string[] = [];
  for (const client of ['a', 'a', 'a', 'b', 'c']) queue(client, () => served.push(client));
  for (const last of ['z', 'a', 'b', 'c', 'a']) leave(last);
  assert.deepEqual(served, ['a', 'b', 'c', 'a', 'a']);
});

test('an owner gets no more turns by opening more sessions', () => {
  const { enter, leave, queue } = limiter({ concurrent: 1 });
  enter('z');
  const served: string[] = [];
  for (const client of ['many/1', 'many/2', 'many/3', 'few/1', 'few/1'])
    queue(client, () => served.push(client));
  for (const last of ['z', 'many/1', 'few/1', 'many/2', 'few/1']) leave(last);
  assert.deepEqual(served, ['many/1', 'few/1', 'many/2', 'few/1', 'many/3']);
});

test('a full queue takes nobody, and one who gives up makes room in it', () => {
  const { room, enter, queue } = limiter({ concurrent: 1, queue: 1 });
  enter('a');
  const ticket = queue('b', () => assert.fail('gave up'));
  assert.equal(queue('c', nothing), undefined);
  ticket?.giveUp();
  ticket?.giveUp();
  assert.equal(room.waiting, 0);
  assert.notEqual(queue('c', nothing), undefined);
});

test('nobody overtakes those who wait', () => {
  const { enter, leave, queue } = limiter({ concurrent: 1 });
  enter('a');
  let entered = false;
  queue('b', () => (entered = true));
  leave('a');
  assert.equal(entered, true);
  assert.equal(enter('c'), undefined);
});

test('one whose client has its share does not block the others', () => {
  const { enter, queue } = limiter({ concurrent: 2, perClient: 1 });
  enter('a');
  queue('a', nothing);
  assert.equal(enter('b'), 'key');
});

test('one that leaves may make room for two', () => {
  const { room, enter, leave, queue } = limiter({ concurrent: 9, perKey: 1, perClient: 1 });
  enter('a', 'one');
  enter('b', 'two');
  queue('a', nothing, 'three');
  queue('c', nothing, 'one');
  leave('a', 'one');
  assert.deepEqual([room.waiting, room.busy], [0, 3], 'its account for c, its share for a');
});

test('whatever order things happen in, the limits hold and nobody is forgotten', () => {
  const step = fc.record({
    client: fc.constantFrom('a', 'b', 'c', 'k/a', 'k/b'),
    accounts: fc.constantFrom(['one'], ['two'], ['one', 'two'], ['two', 'one']),
    act: fc.constantFrom('enter', 'leave', 'give-up'),
  });
  const most = (values: readonly string[]): number =>
    Math.max(0, ...new Set(values).values().map((value) => values.filter((each) => each === value).length));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { room, enter, leave, queue } = limiter({ concurrent: 3, perKey: 2, perClient: 2, queue: 5 });
      const inside: { client: string; account: string }[] = [];
      const tickets: { giveUp(): void; waiting: boolean }[] = [];
      for (const { client, accounts, act } of steps) {
        if (act === 'leave') {
          const [left] = inside.splice(
            inside.findIndex((each) => each.client === client),
            inside.some((each) => each.client === client) ? 1 : 0,
          );
          if (left !== undefined) leave(left.client, left.account);
        } else if (act === 'give-up') {
          const ticket = tickets.find(({ waiting }) => waiting);
          if (ticket !== undefined) ticket.waiting = false;
          ticket?.giveUp();
        } else {
          const account = enter(client, ...accounts);
          if (account !== undefined) inside.push({ client, account });
          else {
            const entry = { waiting: true, giveUp: nothing };
            const admit = (got: string): void => {
              entry.waiting = false;
              inside.push({ client, account: got });
            };
            const ticket = queue(client, admit, ...accounts);
            if (ticket !== undefined) tickets.push(Object.assign(entry, { giveUp: () => ticket.giveUp() }));
          }
        }
        assert.ok(room.busy <= 3 && room.busy === inside.length);
        assert.ok(most(inside.map(({ account }) => account)) <= 2);
        assert.ok(most(inside.map((each) => each.client)) <= 2);
        assert.equal(room.waiting, tickets.filter(({ waiting }) => waiting).length);
      }
      for (let left = inside.shift(); left !== undefined; left = inside.shift())
        leave(left.client, left.account);
      assert.equal(room.waiting, 0);
    }),
  );
});

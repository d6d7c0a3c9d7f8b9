import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallLedger } from './call-ledger.ts';

test('without ids a result means the first unanswered call of its name', () => {
  const ledger = new CallLedger();
  const [first, other, second] = ['f', 'g', 'f'].map((name) => ledger.addCall(undefined, name));
  assert.deepEqual([ledger.findCall(undefined, 'f'), ledger.findCall(undefined, 'f')], [first, second]);
  assert.equal(ledger.findCall(undefined, 'g'), other);
});

test('an id both sides know beats the order; one made up by the client says nothing', () => {
  const ledger = new CallLedger();
  ledger.addCall('a', 'f');
  ledger.addCall('b', 'f');
  assert.equal(ledger.findCall('b', 'f'), 'b');
  assert.equal(ledger.findCall('mine', 'f'), 'a');
});

test('the same id twice makes two calls, and a result of no call is not lost', () => {
  const ledger = new CallLedger();
  assert.notEqual(ledger.addCall('a', 'f'), ledger.addCall('a', 'f'));
  assert.equal(ledger.findCall(undefined, 'h'), 'call_of_h');
});

test('made-up ids follow from the conversation alone', () => {
  const ids = (): string[] => {
    const ledger = new CallLedger();
    return ['f', 'g'].map((name) => ledger.addCall(undefined, name));
  };
  assert.deepEqual(ids(), ids());
});

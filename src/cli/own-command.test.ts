import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownCommand } from './own-command.ts';

test('whoever started through npm is told npm’s way, everybody else the program’s name', () => {
  assert.equal(ownCommand({ npm_lifecycle_event: 'start' }), 'npm run switchyard --');
  assert.equal(ownCommand({}), 'switchyard');
});

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { installLastResort } from './last-resort.ts';

function install(stop: () => Promise<void>): {
  fail: (error: Error) => void;
  notes: string[];
  codes: number[];
} {
  const events = new EventEmitter();
  const notes: string[] = [];
  const codes: number[] = [];
  installLastResort({
    // Only `on` of the process is used.
    process: events as unknown as Pick<NodeJS.Process, 'on'>,
    note: (line) => notes.push(line),
    stop,
    exit: (code) => codes.push(code),
  });
  return { fail: (error) => void events.emit('uncaughtException', error), notes, codes };
}

test('an error that nothing caught is told, running requests end, and the exit code says failure', async () => {
  const drained = Promise.withResolvers<void>();
  const { fail, notes, codes } = install(() => drained.promise);
  fail(new Error('a defect'));
  assert.match(notes[0] ?? '', /^fatal: Error: a defect/);
  assert.deepEqual(codes, [], 'not before running requests have ended');
  drained.resolve();
  await drained.promise;
  await Promise.resolve();
  assert.deepEqual(codes, [1]);
});

test('a stop that fails itself still ends the process', async () => {
  const { fail, codes } = install(() => Promise.reject(new Error('no')));
  fail(new Error('a defect'));
  await new Promise(setImmediate);
  assert.deepEqual(codes, [1]);
});

test('a second such error does not wait', () => {
  const { fail, codes } = install(() => new Promise(() => undefined));
  fail(new Error('one'));
  fail(new Error('two'));
  assert.deepEqual(codes, [1]);
});

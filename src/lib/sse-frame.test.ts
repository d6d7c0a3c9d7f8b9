import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readFrame } from './sse-frame.ts';

describe('the lines of a frame', () => {
  const cases: [name: string, text: string, event: string | undefined, data: string | undefined][] = [
    ['event and data', 'event: a\ndata: 1\n', 'a', '1'],
    ['the last event name counts', 'event: a\nevent: b\ndata: 1\n', 'b', '1'],
    ['an empty event name is none', 'event:\ndata: 1\n', undefined, '1'],
    ['a comment has neither', ': hello\n', undefined, undefined],
    ['a data line may be empty', 'data:\n', undefined, ''],
    ['a field without a colon is empty', 'data\n', undefined, ''],
    ['data lines are joined whatever ends them', 'data: 1\rdata: 2\r\ndata: 3', undefined, '1\n2\n3'],
    ['fields are told by their whole name', 'database: 1\nevents: a\n', undefined, undefined],
  ];
  for (const [name, text, event, data] of cases) {
    test(name, () => {
      const bytes = Buffer.from(`data: before\n\n${text}data: after`);
      const start = 'data: before\n\n'.length;
      assert.deepEqual(readFrame(bytes, start, start + text.length), { event, data });
    });
  }
});
